/** How many tests did what, over all packages. */
export interface TestTotals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Adds up the reports of vitest's JSON reporter. A test file that could not even be loaded has no tests in the report,
 * so each one counts as a failure of its own.
 */
export function totalResults(reports: readonly string[]): TestTotals {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const text of reports) {
    const report: unknown = JSON.parse(text);
    passed += count(report, 'numPassedTests');
    failed += count(report, 'numFailedTests') + unloadedFiles(report);
    skipped += count(report, 'numPendingTests') + count(report, 'numTodoTests');
  }
  return { passed, failed, skipped };
}

function count(report: unknown, field: string): number {
  const value = property(report, field);
  return typeof value === 'number' ? value : 0;
}

function unloadedFiles(report: unknown): number {
  const files = property(report, 'testResults');
  if (!Array.isArray(files)) return 0;
  return files.filter((file) => {
    const tests = property(file, 'assertionResults');
    return property(file, 'status') === 'failed' && Array.isArray(tests) && tests.length === 0;
  }).length;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
