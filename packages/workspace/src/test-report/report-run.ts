import { relative } from 'node:path';
import type { SerializedError, TestModule } from 'vitest/node';
import { describeError } from './describe-error.ts';
import type { TestFailure, TestReport } from './test-report.ts';

/**
 * What a run of vitest came to. Errors of hooks are at the file or the `describe` that has the hook; those that nobody
 * caught, and the end of a worker, are at no test at all.
 */
export function reportRun(
  modules: readonly TestModule[],
  unhandled: readonly SerializedError[],
  folder: string,
): TestReport {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const states = tests.map((test) => test.result().state);
  return {
    passed: states.filter((state) => state === 'passed').length,
    skipped: states.filter((state) => state === 'skipped' || state === 'pending').length,
    failures: [...modules.flatMap(failuresOf), ...unhandled.map((error) => unhandledFailure(error, folder))],
  };
}

function failuresOf(module: TestModule): readonly TestFailure[] {
  const file = module.relativeModuleId;
  const failures: TestFailure[] = [];
  const add = (name: string, errors: readonly SerializedError[]): void => {
    failures.push({ file, name, error: errors.map((error) => describeError(error)).join('\n') });
  };
  for (const test of module.children.allTests('failed')) add(test.fullName, test.result().errors ?? []);
  for (const suite of module.children.allSuites()) {
    if (suite.errors().length > 0) add(suite.fullName, suite.errors());
  }
  if (module.errors().length > 0) add('', module.errors());
  return failures;
}

/** Vitest notes the file, and the test that ran last, unless the worker itself ended. */
function unhandledFailure(error: SerializedError, folder: string): TestFailure {
  const { VITEST_TEST_PATH: path, VITEST_TEST_NAME: test } = error;
  return {
    file: typeof path === 'string' ? relative(folder, path) : '',
    name: `an error that nobody caught${typeof test === 'string' ? `, during or after "${test}"` : ''}`,
    error: describeError(error),
  };
}
