import { describe, expect, it } from 'vitest';
import { totalResults } from './test-results.ts';

describe('totalResults', () => {
  it('adds up what every package reports', () => {
    const report = { numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numTodoTests: 0, testResults: [] };
    expect(totalResults([JSON.stringify(report), JSON.stringify(report)])).toEqual({
      passed: 6,
      failed: 2,
      skipped: 4,
    });
  });

  it('counts a file that failed before its first test', () => {
    const report = { numPassedTests: 0, testResults: [{ status: 'failed', assertionResults: [] }] };
    expect(totalResults([JSON.stringify(report)]).failed).toBe(1);
  });
});
