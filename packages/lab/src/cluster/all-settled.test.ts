import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { allSettled } from './all-settled.ts';

describe('allSettled', () => {
  it('has what all resolved to', async () => {
    expect(await allSettled([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2]);
  });

  it('fails as the first one did, when the last has ended', async () => {
    let hasEnded = false;
    const slow = delay(20).then(() => {
      hasEnded = true;
    });
    await expect(allSettled([Promise.reject(new Error('no engine')), slow])).rejects.toThrow('no engine');
    expect(hasEnded).toBe(true);
  });
});
