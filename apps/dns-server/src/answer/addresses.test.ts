import { describe, expect, it } from 'vitest';
import { answerContext } from '../testing/answer-context.ts';
import { record } from '../testing/record.ts';
import { addressesBehind, MAX_NAMES_BEHIND, MAX_RECORDS_BEHIND } from './addresses.ts';
import type { AnswerContext } from './context.ts';

describe('addressesBehind', () => {
  const context = (lookUp: AnswerContext['lookUp']): AnswerContext =>
    answerContext(['org'], { lookUp, ttlOf: ({ service }) => service.ttl ?? 100 });

  it('takes the smallest TTL on the way', () => {
    const records = [record(['w', 'org'], { host: 'a.org', ttl: 5 })];
    const lookUp = () => [record(['a', 'org'], { host: '10.0.0.1', ttl: 9 })];
    expect(addressesBehind(['w', 'org'], records, context(lookUp))).toEqual([
      { type: 'A', address: '10.0.0.1', ttlSeconds: 5 },
    ]);
  });

  it('follows eight links, and not a ninth', () => {
    const follow = (links: number) => {
      const lookUp: AnswerContext['lookUp'] = ([label = '']) =>
        Number(label) === links
          ? [record([label, 'org'], { host: '10.0.0.1' })]
          : [record([label, 'org'], { host: `${Number(label) + 1}.org` })];
      return addressesBehind(['0', 'org'], lookUp(['0', 'org']) ?? [], context(lookUp));
    };
    expect(follow(8)).toHaveLength(1);
    expect(follow(9)).toEqual([]);
  });

  it('stops at a limit of names, however many records point on', () => {
    let lookUps = 0;
    const lookUp = () => {
      lookUps++;
      return Array.from({ length: 500 }, (_, n) => record(['x', 'org'], { host: `${lookUps}-${n}.org` }));
    };
    expect(addressesBehind(['w', 'org'], lookUp(), context(lookUp))).toEqual([]);
    expect(lookUps).toBeLessThanOrEqual(MAX_NAMES_BEHIND + 1);
  });

  it('looks no further names up after a limit of records', () => {
    let read = 0;
    const lookUp = () => {
      read += 1_000;
      return Array.from({ length: 1_000 }, (_, n) => record(['x', 'org'], { host: `${read}-${n}.org` }));
    };
    addressesBehind(['w', 'org'], lookUp(), context(lookUp));
    expect(read).toBeGreaterThan(MAX_RECORDS_BEHIND - 1_000);
    expect(read).toBeLessThanOrEqual(MAX_RECORDS_BEHIND + 1_000);
  });
});
