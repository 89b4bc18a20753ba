import { setImmediate as nextTurn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWaitingLine } from './waiting-line.ts';

const forever = new AbortController().signal;

describe('createWaitingLine', () => {
  it('wakes in turn, the first at once, one a turn', async () => {
    let hasRoom = false;
    const waiters = createWaitingLine(
      () => hasRoom,
      (task) => setImmediate(task),
    );
    const woken: number[] = [];
    for (const number of [1, 2, 3]) void waiters.wait(forever).then(() => woken.push(number));
    hasRoom = true;
    waiters.wake();
    await Promise.resolve();
    expect(woken).toEqual([1]);
    waiters.wake();
    await Promise.resolve();
    expect(woken).toEqual([1]);
    await nextTurn();
    expect(woken).toEqual([1, 2]);
    await nextTurn();
    expect(woken).toEqual([1, 2, 3]);
  });

  it('passes a limit by one, and forgets nobody, whoever gives up', async () => {
    const user = fc.record({ takes: fc.integer({ min: 0, max: 3 }), givesUp: fc.boolean() });
    const users = fc.array(user, { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(users, fc.integer({ min: 1, max: 4 }), async (all, limit) => {
        let used = limit;
        let most = 0;
        let left = all.length;
        const isFull = (): boolean => used >= limit;
        const waiters = createWaitingLine(
          () => !isFull(),
          (task) => setImmediate(task),
        );
        const abort = new AbortController();
        const use = async ({ takes, givesUp }: (typeof all)[number]): Promise<void> => {
          const signal = givesUp ? abort.signal : forever;
          while (isFull() && !signal.aborted) await waiters.wait(signal);
          used += takes;
          most = Math.max(most, used);
          left--;
        };
        for (const each of all) void use({ ...each, takes: each.givesUp ? 0 : each.takes });
        for (let turn = 0; turn < all.length * 8; turn++) {
          if (turn === 2) abort.abort();
          if (used > 0) used--;
          if (turn % 2 === 0 || isFull()) waiters.wake();
          await nextTurn();
        }
        expect(left).toBe(0);
        expect(most).toBeLessThanOrEqual(limit + 2);
      }),
      { numRuns: 100 },
    );
  });
});
