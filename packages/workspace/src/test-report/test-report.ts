/** What the tests of one package did. */
export interface TestReport {
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly TestFailure[];
}

/** A test that failed, or what else makes a run fail: a file that does not load, a hook, an error that nobody caught. */
export interface TestFailure {
  /** As seen from the package's folder. */
  readonly file: string;
  /** The describes and the test, with ` > ` between them; empty when the file itself failed. */
  readonly name: string;
  /** One or more lines, without colours. */
  readonly error: string;
}
