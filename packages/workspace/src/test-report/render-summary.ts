import { join } from 'node:path';
import type { TestFailure, TestReport } from './test-report.ts';

const SHOWN_FAILURES = 10;
const LINES_EACH = 20;
/** The counterexample of a property may be one very long line. */
const LONGEST_LINE = 500;

/**
 * What failed, with the first lines of each error, and then how many tests did what.
 * @param reports by the folder of the package, as seen from the workspace's root
 */
export function renderSummary(reports: ReadonlyMap<string, TestReport>): string {
  const failures = [...reports].flatMap(([folder, report]) =>
    report.failures.map((failure) => renderFailure(folder, failure)),
  );
  const shown = failures.slice(0, SHOWN_FAILURES);
  if (failures.length > shown.length) shown.push(`and ${failures.length - shown.length} more`);
  const { passed, skipped, failed } = totals(reports);
  return [...shown, `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`].join('\n\n');
}

/** How many tests did what, over all packages; whatever else failed is counted as a failed test. */
export function totals(reports: ReadonlyMap<string, TestReport>): {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
} {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const report of reports.values()) {
    passed += report.passed;
    failed += report.failures.length;
    skipped += report.skipped;
  }
  return { passed, failed, skipped };
}

function renderFailure(folder: string, { file, name, error }: TestFailure): string {
  const title = `FAILED ${[join(folder, file), name].filter((part) => part !== '').join(' > ')}`;
  const lines = error.split('\n').filter((line) => line.trim() !== '');
  const shown = lines.slice(0, LINES_EACH).map((line) => `  ${cut(line)}`);
  if (lines.length > shown.length) shown.push(`  (and ${lines.length - shown.length} more lines)`);
  return [title, ...shown].join('\n');
}

function cut(line: string): string {
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)}…`;
}
