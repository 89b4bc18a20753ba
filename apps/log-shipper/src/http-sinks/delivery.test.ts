import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDelivery, type Delivery } from './delivery.ts';
import type { ItemOutcome, Verdict } from './verdict.ts';

const refused = (isTooLong = false): Verdict => ({ kind: 'refused', reason: 'no', isTooLong });
const failed: Verdict = { kind: 'failed', reason: 'no' };
const lost: Verdict = { kind: 'failed', reason: 'no', isLost: true };
const filled = (count: number, limits = { messages: 100, bytes: 1 << 20 }, size = 1): Delivery => {
  const delivery = createDelivery(limits);
  delivery.add(Array.from({ length: count }, (_, index) => Buffer.from(String(index).padEnd(size))));
  return delivery;
};
const next = (delivery: Delivery) => delivery.request().map((message) => message.toString().trim());

describe('createDelivery', () => {
  it('asks for no more at once than its limits, and for at least one', () => {
    expect(next(filled(5, { messages: 2, bytes: 100 }))).toEqual(['0', '1']);
    expect(next(filled(5, { messages: 9, bytes: 25 }, 10))).toEqual(['0', '1']);
    expect(next(filled(5, { messages: 9, bytes: 5 }, 10))).toEqual(['0']);
  });

  it('confirms what is accepted', () => {
    const delivery = filled(3, { messages: 2, bytes: 100 });
    delivery.request();
    expect(delivery.settle({ kind: 'accepted' })).toEqual({
      confirmed: 2,
      refused: 0,
      duplicates: 0,
      hasProgress: true,
    });
    expect(next(delivery)).toEqual(['2']);
    expect(delivery.settle({ kind: 'accepted', refused: 1 })).toMatchObject({ confirmed: 1, refused: 1 });
    expect(delivery.isEmpty).toBe(true);
  });

  it('makes a request that failed again as it was', () => {
    const delivery = filled(3);
    const before = next(delivery);
    expect(delivery.settle(failed)).toEqual({ confirmed: 0, refused: 0, duplicates: 0, hasProgress: false });
    expect(next(delivery)).toEqual(before);
  });

  it('halves a refused request until the bad message is alone, and drops that one', () => {
    const delivery = filled(8);
    const requests: string[][] = [];
    let dropped = 0;
    while (!delivery.isEmpty) {
      const messages = next(delivery);
      requests.push(messages);
      dropped += delivery.settle(messages.includes('5') ? refused() : { kind: 'accepted' }).refused;
    }
    expect(dropped).toBe(1);
    expect(requests.map((messages) => messages.join(''))).toEqual([
      '01234567',
      '0123',
      '4567',
      '45',
      '4',
      '56',
      '5',
      '6',
      '7',
    ]);
  });

  it('keeps requests short for a while after one was too long', () => {
    const delivery = filled(200, { messages: 64, bytes: 64 * 4_096 }, 4_096);
    expect(next(delivery)).toHaveLength(64);
    delivery.settle(refused(true));
    expect(next(delivery)).toHaveLength(32);
    delivery.settle({ kind: 'accepted' });
    // As many messages as before would do, but only a little more of their bytes.
    expect(next(delivery)).toHaveLength(34);
  });

  it('halves, but drops nothing, when an answer tells nothing', () => {
    const delivery = filled(2);
    delivery.request();
    delivery.settle({ kind: 'unclear', reason: 'long' });
    expect(next(delivery)).toEqual(['0']);
    delivery.settle({ kind: 'unclear', reason: 'long' });
    expect(next(delivery)).toEqual(['0']);
  });

  it('halves a request that ended the connection three times in a row', () => {
    const delivery = filled(4);
    const lengths = [lost, lost, lost, lost, failed, lost, lost, lost].map((verdict) => {
      const { length } = delivery.request();
      delivery.settle(verdict);
      return length;
    });
    expect([...lengths, delivery.request().length]).toEqual([4, 4, 4, 2, 2, 2, 2, 2, 1]);
  });

  it('sends items again before what comes after, and confirms only what has nothing open before it', () => {
    const delivery = filled(6, { messages: 4, bytes: 100 });
    delivery.request();
    const outcomes: readonly ItemOutcome[] = ['done', 'again', 'refused', 'duplicate'];
    expect(delivery.settle({ kind: 'items', outcomes })).toEqual({
      confirmed: 1,
      refused: 1,
      duplicates: 1,
      hasProgress: true,
    });
    expect(next(delivery)).toEqual(['1', '4', '5']);
    expect(delivery.settle({ kind: 'accepted' }).confirmed).toBe(5);
  });

  it('takes an item without an outcome for one to send again', () => {
    const delivery = filled(2);
    delivery.request();
    delivery.settle({ kind: 'items', outcomes: ['done'] });
    expect(next(delivery)).toEqual(['1']);
  });

  it('delivers each message at least once and in order, but those refused, whatever is answered', () => {
    /** What a receiver does with a request: stores some of it, and answers something, not always the truth. */
    const turn = fc.constantFrom('ok', 'stored but unanswered', 'failed', 'lost', 'unclear');
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 39 }), { maxLength: 6 }),
        fc.array(turn, { maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        (count, bad, turns, messages) => {
          const delivery = filled(count, { messages, bytes: 1 << 20 });
          const stored: number[] = [];
          let confirmed = 0;
          let dropped = 0;
          for (let step = 0; !delivery.isEmpty; step++) {
            const sent = next(delivery).map(Number);
            const how = turns[step] ?? 'ok';
            const isBad = sent.some((message) => bad.includes(message));
            if (!isBad && how.includes('stored')) stored.push(...sent);
            let verdict: Verdict = isBad ? refused() : { kind: 'accepted' };
            if (how === 'failed') verdict = failed;
            if (how === 'lost' || how.includes('unanswered')) verdict = lost;
            if (how === 'unclear') verdict = { kind: 'unclear', reason: 'x' };
            if (verdict.kind === 'accepted') stored.push(...sent);
            const settlement = delivery.settle(verdict);
            confirmed += settlement.confirmed;
            dropped += settlement.refused;
            for (let each = 0; each < confirmed; each++) expect(bad.includes(each) || stored.includes(each)).toBe(true);
          }
          const expected = Array.from({ length: count }, (_, index) => index).filter((index) => !bad.includes(index));
          expect(confirmed).toBe(count);
          expect(dropped).toBe(count - expected.length);
          expect([...new Set(stored)]).toEqual(expected);
        },
      ),
    );
  });

  it('settles each item of bulk requests, whatever is answered', () => {
    const outcome = fc.constantFrom<ItemOutcome[]>('done', 'duplicate', 'refused', 'again');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.array(fc.array(outcome), { maxLength: 20 }), (count, answers) => {
        const delivery = filled(count, { messages: 7, bytes: 1 << 20 });
        const settled = new Map<string, ItemOutcome>();
        let confirmed = 0;
        for (let step = 0; !delivery.isEmpty; step++) {
          const sent = next(delivery);
          const outcomes = sent.map((_, index) => answers[step]?.[index] ?? (step > 20 ? 'done' : 'again'));
          for (const [index, each] of outcomes.entries()) {
            expect(settled.has(sent[index] ?? '')).toBe(false);
            if (each !== 'again') settled.set(sent[index] ?? '', each);
          }
          confirmed += delivery.settle({ kind: 'items', outcomes }).confirmed;
          for (let each = 0; each < confirmed; each++) expect(settled.has(String(each))).toBe(true);
        }
        expect(confirmed).toBe(count);
      }),
    );
  });
});
