import { createManualClock } from '@wharf/agent';
import { type Message, type Question, renderRecordText, replyTo } from '@wharf/dns-wire';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordsOf } from '../testing/scripted-name-server.ts';
import { type AnswerCache, createAnswerCache } from './answer-cache.ts';
import { upstreamQuery } from './upstream-query.ts';

const question = (label: string, type: Question['type'] = 'A'): Question => ({
  name: [label, 'org'],
  type,
  class: 'IN',
});
const answer = (label: string, ttl = 60, asked = question(label)): Message =>
  replyTo(upstreamQuery(7, asked), { answers: recordsOf(`${label}.org. ${ttl} IN A 10.0.0.1`) });
const create = (limits: { maxEntries?: number; maxOctets?: number } = {}) => {
  const clock = createManualClock();
  return {
    clock,
    cache: createAnswerCache({ maxEntries: 100, maxOctets: 1_000_000, maxSeconds: 86_400, clock, ...limits }),
  };
};
const texts = (cache: AnswerCache, asked: Question) => cache.get(asked)?.answers.map(renderRecordText);

describe('createAnswerCache', () => {
  it('gives an answer back, counted down in whole seconds, until it is over', async () => {
    const { clock, cache } = create();
    expect(cache.put(question('a'), answer('a'))).toBe(true);
    expect(cache.get(question('a'))).toEqual({ ...answer('a'), id: 0 });
    await clock.advance(1_999);
    expect(texts(cache, question('a'))).toEqual(['a.org. 59 IN A 10.0.0.1']);
    await clock.advance(58_000);
    expect(texts(cache, question('a'))).toEqual(['a.org. 1 IN A 10.0.0.1']);
    await clock.advance(1);
    expect(cache.get(question('a'))).toBeUndefined();
    expect([cache.entries, cache.octets]).toEqual([0, 0]);
  });

  it('does not care when the wall clock jumps', () => {
    const { clock, cache } = create();
    cache.put(question('a'), answer('a'));
    clock.jumpWall(86_400_000);
    expect(texts(cache, question('a'))).toEqual(['a.org. 60 IN A 10.0.0.1']);
  });

  it('knows a question in any case, and no other for it', () => {
    const { cache } = create();
    cache.put(question('a'), answer('a'));
    expect(cache.get(question('A'))).toMatchObject({ questions: [question('A')] });
    expect(texts(cache, question('A'))).toEqual(['A.org. 60 IN A 10.0.0.1']);
    expect(cache.get(question('a', 'AAAA'))).toBeUndefined();
    expect(cache.get({ ...question('a'), class: 'CH' })).toBeUndefined();
    expect(cache.get({ ...question('a'), name: ['a.org'] })).toBeUndefined();
    expect(cache.get(question('a'), { dnssecOk: true })).toBeUndefined();
  });

  it('puts a newer answer in the place of an older one, also one that may not be kept', () => {
    const { cache } = create();
    cache.put(question('a'), answer('a', 60));
    cache.put(question('a'), answer('a', 30));
    expect(texts(cache, question('a'))).toEqual(['a.org. 30 IN A 10.0.0.1']);
    expect(cache.entries).toBe(1);
    expect(cache.put(question('a'), answer('a', 0))).toBe(false);
    expect([cache.entries, cache.octets]).toEqual([0, 0]);
  });

  it('keeps nothing that was not asked for', () => {
    const { cache } = create();
    const records = recordsOf('a.org. 60 IN A 10.0.0.1\nbank.org. 60 IN A 203.0.113.66');
    cache.put(question('a'), { ...answer('a'), answers: records });
    expect(texts(cache, question('a'))).toEqual(['a.org. 60 IN A 10.0.0.1']);
  });

  it('forgets first what was not used for longest', () => {
    const { cache } = create({ maxEntries: 2 });
    cache.put(question('a'), answer('a'));
    cache.put(question('b'), answer('b'));
    cache.get(question('a'));
    cache.put(question('c'), answer('c'));
    expect(['a', 'b', 'c'].filter((label) => cache.get(question(label)) !== undefined)).toEqual(['a', 'c']);
  });

  it('keeps nothing larger than itself', () => {
    const { cache } = create({ maxOctets: 100 });
    expect(cache.put(question('a'), answer('a'))).toBe(false);
    expect(create({ maxEntries: 0 }).cache.put(question('a'), answer('a'))).toBe(false);
    expect(cache.octets).toBe(0);
  });

  it('is empty when it was cleared', () => {
    const { cache } = create();
    cache.put(question('a'), answer('a'));
    cache.clear();
    expect(cache.get(question('a'))).toBeUndefined();
    expect([cache.entries, cache.octets]).toEqual([0, 0]);
  });

  it('stays within its limits and never tells more than what is left, whatever is done with it', async () => {
    const label = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const step = fc.oneof(
      fc.record({ put: label, ttl: fc.integer({ min: 0, max: 90 }) }),
      fc.record({ get: label }),
      fc.record({ waitMs: fc.integer({ min: 0, max: 40_000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { clock, cache } = create({ maxEntries: 4, maxOctets: 1_200 });
        const ends = new Map<string, number>();
        const untrue: unknown[] = [];
        for (const step of steps) {
          if ('put' in step) {
            cache.put(question(step.put), answer(step.put, step.ttl));
            ends.set(step.put, clock.monotonicMs() + step.ttl * 1_000);
          } else if ('waitMs' in step) {
            await clock.advance(step.waitMs);
          } else {
            const ttl = cache.get(question(step.get))?.answers[0]?.ttl;
            const leftSeconds = ((ends.get(step.get) ?? 0) - clock.monotonicMs()) / 1_000;
            if (ttl !== undefined && ttl !== Math.ceil(leftSeconds)) untrue.push({ ttl, leftSeconds });
          }
          expect(cache.entries).toBeLessThanOrEqual(4);
          expect(cache.octets).toBeLessThanOrEqual(1_200);
        }
        expect(untrue).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
