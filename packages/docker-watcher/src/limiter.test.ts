import { describe, expect, it } from 'vitest';
import { createLimiter } from './limiter.ts';

describe('createLimiter', () => {
  it('runs no more than the limit at a time, in order, and all of them', async () => {
    const limiter = createLimiter(3);
    const started: number[] = [];
    let running = 0;
    let most = 0;
    const task = (index: number) => async (): Promise<number> => {
      started.push(index);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return index;
    };
    const indices = [...Array(20).keys()];
    expect(await Promise.all(indices.map((index) => limiter(task(index))))).toEqual(indices);
    expect(started).toEqual(indices);
    expect(most).toBe(3);
  });

  it('gives the turn of a task that failed to the next', async () => {
    const limiter = createLimiter(1);
    const failed = limiter(() => Promise.reject(new Error('no')));
    const next = limiter(() => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });
});
