import { describe, expect, it } from 'vitest';
import { renderSummary, totals } from './render-summary.ts';
import type { TestReport } from './test-report.ts';

function report(...failures: TestReport['failures']): TestReport {
  return { passed: 3, skipped: 0, failures };
}

describe('renderSummary', () => {
  it('is one line when nothing failed', () => {
    const reports = new Map([
      ['apps/a', report()],
      ['apps/b', { ...report(), skipped: 2 }],
    ]);
    expect(renderSummary(reports)).toBe('6 passed, 0 failed, 2 skipped');
  });

  it('names the package, the file and the test of every failure, with its error', () => {
    const reports = new Map([
      ['apps/a', report({ file: 'src/x.test.ts', name: 'x > works', error: 'Error: one\n\n    at x' })],
      ['apps/b', report({ file: 'src/y.test.ts', name: '', error: 'cannot load' })],
      ['apps/c', report({ file: '', name: 'an error that nobody caught', error: 'gone' })],
    ]);
    expect(renderSummary(reports)).toBe(
      `FAILED apps/a/src/x.test.ts > x > works
  Error: one
      at x

FAILED apps/b/src/y.test.ts
  cannot load

FAILED apps/c > an error that nobody caught
  gone

9 passed, 3 failed`,
    );
  });

  it('stays short: ten failures, twenty lines of each, and no endless line', () => {
    const error = ['x'.repeat(10_000), ...Array.from({ length: 99 }, (_, index) => `line ${index + 2}`)].join('\n');
    const failures = Array.from({ length: 15 }, (_, index) => ({ file: 'a.test.ts', name: `test ${index}`, error }));
    const [summary, lines] = [renderSummary(new Map([['apps/a', report(...failures)]])), 1 + 20 + 1];
    const blocks = summary.split('\n\n');
    expect(blocks).toHaveLength(12);
    expect(blocks[0]?.split('\n')).toHaveLength(lines);
    expect(blocks[0]).toMatch(/line 20\n {2}\(and 80 more lines\)$/);
    expect(blocks.slice(10)).toEqual(['and 5 more', '3 passed, 15 failed']);
    expect(Math.max(...summary.split('\n').map((line) => line.length))).toBeLessThan(600);
  });
});

describe('totals', () => {
  it('adds up what every package reports', () => {
    const one = { passed: 3, skipped: 2, failures: [{ file: 'a.test.ts', name: 'a', error: '' }] };
    const reports = new Map([
      ['a', one],
      ['b', one],
    ]);
    expect(totals(reports)).toEqual({ passed: 6, failed: 2, skipped: 4 });
  });
});
