import { describe, expect, it } from 'vitest';
import { phasesOf, saying } from './phases.ts';
import type { Observation } from './watch-answers.ts';

const observation = (host: string, askedAt: number, rcode: string, ...data: readonly string[]): Observation => ({
  host,
  askedAt,
  tookMs: askedAt / 10,
  rcode,
  data,
});

describe('saying', () => {
  it.each([
    ['NOERROR 10.0.0.1 10.0.0.2', observation('a', 0, 'NOERROR', '10.0.0.1', '10.0.0.2')],
    ['NXDOMAIN', observation('a', 0, 'NXDOMAIN')],
    ['none', observation('a', 0, 'none')],
  ])('is %s', (expected, given) => {
    expect(saying(given)).toBe(expected);
  });
});

describe('phasesOf', () => {
  it('puts together what says the same, in the order in which it was asked', () => {
    const given = [
      observation('a', 10, 'NOERROR', '1'),
      observation('a', 40, 'NOERROR', '1'),
      observation('b', 20, 'NXDOMAIN'),
      // An answer that does not come is observed later than answers to later questions.
      observation('a', 30, 'none'),
      observation('a', 20, 'NOERROR', '1'),
    ];
    expect(phasesOf(given, 'a')).toEqual([
      { said: 'NOERROR 1', fromMs: 10, toMs: 20, count: 2, slowestMs: 2 },
      { said: 'none', fromMs: 30, toMs: 30, count: 1, slowestMs: 3 },
      { said: 'NOERROR 1', fromMs: 40, toMs: 40, count: 1, slowestMs: 4 },
    ]);
  });

  it('leaves out what was asked before', () => {
    const given = [observation('a', 10, 'NXDOMAIN'), observation('a', 20, 'NOERROR', '1')];
    expect(phasesOf(given, 'a', 20).map(({ said }) => said)).toEqual(['NOERROR 1']);
    expect(phasesOf(given, 'c')).toEqual([]);
  });
});
