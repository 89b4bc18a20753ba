import { describe, expect, it } from 'vitest';
import { halvesOf } from './memory-watch.ts';

describe('halvesOf', () => {
  it.each([
    [[5], 5, 5],
    [[1, 9], 1, 9],
    [[3, 1, 9, 2], 3, 9],
    [[4, 2, 7, 1, 5], 4, 7],
  ])('of %j are %d and %d', (samples, firstHalfMib, secondHalfMib) => {
    expect(halvesOf(samples)).toEqual({ firstHalfMib, secondHalfMib });
  });
});
