import { describe, expect, it } from 'vitest';
import { createMovePace } from './move-pace.ts';

describe('createMovePace', () => {
  it('allows the first move at once, and others ever later, up to a minute', () => {
    const pace = createMovePace();
    expect(pace.allowedAtMs).toBeLessThan(0);
    const delays = Array.from({ length: 8 }, () => {
      const nowMs = Math.max(0, pace.allowedAtMs);
      pace.moved(nowMs);
      return pace.allowedAtMs - nowMs;
    });
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('begins anew after five quiet minutes', () => {
    const pace = createMovePace();
    for (const atMs of [0, 1_000, 301_000]) pace.moved(atMs);
    expect(pace.allowedAtMs).toBe(302_000);
  });
});
