import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerContext } from '../testing/answer-context.ts';
import { record } from '../testing/record.ts';
import { shareWeights, srvRecords } from './srv.ts';

describe('shareWeights', () => {
  it.each([
    [
      [0, 0, 0],
      [33, 33, 33],
    ],
    [
      [20, 10, 100, undefined],
      [8, 4, 43, 43],
    ],
    [[1], [100]],
    [
      [1, 999],
      [0, 99],
    ],
  ])('of weights %j are %j', (weights, shares) => {
    expect(shareWeights(weights.map((weight) => ({ priority: 10, weight })))).toEqual(shares);
  });

  it('never add up to more than 100 in a priority', () => {
    const weighted = fc.record({
      priority: fc.integer({ min: 0, max: 3 }),
      weight: fc.integer({ min: 0, max: 65_535 }),
    });
    fc.assert(
      fc.property(fc.array(weighted), (records) => {
        const totals = new Map<number, number>();
        for (const [at, share] of shareWeights(records).entries()) {
          const priority = records[at]?.priority ?? -1;
          totals.set(priority, (totals.get(priority) ?? 0) + share);
        }
        for (const total of totals.values()) expect(total).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe('srvRecords', () => {
  const context = answerContext(['org']);
  const targets = (...records: Parameters<typeof srvRecords>[1][number][]) =>
    srvRecords(['w', 'org'], records, context).map(({ target }) => target);

  it('leave out records whose target would be the root or too long for a packet', () => {
    const long = ['a'.repeat(63), 'b'.repeat(63), 'c'.repeat(63), 'd'.repeat(63), 'w', 'org'];
    expect(targets(record(['1', 'w', 'org'], { host: '10.0.0.1', targetStrip: 3 }))).toEqual([]);
    expect(targets(record(long, { host: '10.0.0.1' }, { isNameUsable: false }))).toEqual([]);
    expect(targets(record(long, { host: '10.0.0.1', targetStrip: 1 }, { isNameUsable: false }))).toEqual([
      long.slice(1),
    ]);
  });
});
