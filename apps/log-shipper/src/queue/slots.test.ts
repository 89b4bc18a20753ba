import { setImmediate as nextTurn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSlots } from './slots.ts';

describe('createSlots', () => {
  it('gives as many as there are, and every one in the end, whoever gives up', async () => {
    const users = fc.array(fc.record({ turns: fc.nat(3), givesUp: fc.boolean() }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(users, fc.integer({ min: 1, max: 5 }), async (all, count) => {
        const slots = createSlots(count);
        let taken = 0;
        let most = 0;
        let served = 0;
        const use = async ({ turns, givesUp }: (typeof all)[number]): Promise<void> => {
          const abort = new AbortController();
          if (givesUp) void nextTurn().then(() => abort.abort());
          if (!(await slots.take(abort.signal))) return;
          most = Math.max(most, ++taken);
          for (let turn = 0; turn < turns; turn++) await nextTurn();
          taken--;
          slots.giveBack();
          served++;
        };
        await Promise.all(all.map(use));
        expect(most).toBeLessThanOrEqual(count);
        expect(served).toBeGreaterThanOrEqual(all.filter(({ givesUp }) => !givesUp).length);
      }),
      { numRuns: 100 },
    );
  });
});
