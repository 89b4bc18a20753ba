import { describe, expect, it } from 'vitest';
import { createWaiters } from './waiters.ts';

const forever = new AbortController().signal;

describe('createWaiters', () => {
  const waitersOf = (numbers: readonly number[]) => {
    const waiters = createWaiters();
    const woken: number[] = [];
    for (const number of numbers) void waiters.wait(forever).then(() => woken.push(number));
    return { waiters, woken };
  };

  it('wakes all at once', async () => {
    const { waiters, woken } = waitersOf([1, 2]);
    waiters.wake();
    await Promise.resolve();
    expect(woken).toEqual([1, 2]);
  });

  it('wakes who has waited longest', async () => {
    const { waiters, woken } = waitersOf([1, 2]);
    expect([waiters.wakeOne(), waiters.wakeOne(), waiters.wakeOne()]).toEqual([true, true, false]);
    await Promise.resolve();
    expect(woken).toEqual([1, 2]);
  });

  it('forgets who gives up', async () => {
    const { waiters, woken } = waitersOf([]);
    const abort = new AbortController();
    const waiting = waiters.wait(abort.signal).then(() => woken.push(1));
    abort.abort();
    await waiting;
    expect([waiters.wakeOne(), woken]).toEqual([false, [1]]);
  });
});
