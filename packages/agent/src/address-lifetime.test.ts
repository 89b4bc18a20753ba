import { describe, expect, it } from 'vitest';
import { addressLifetimeMs } from './address-lifetime.ts';

describe('addressLifetimeMs', () => {
  it.each([
    { ttls: [60, 20, 40], expected: 20_000 },
    { ttls: [0, 60], expected: 1_000 },
    { ttls: [86_400], expected: 300_000 },
    { ttls: [undefined], expected: 30_000 },
    { ttls: [undefined, 5], expected: 5_000 },
    { ttls: [], expected: 30_000 },
  ])('is $expected ms for $ttls', ({ ttls, expected }) => {
    const addresses = ttls.map((ttlSeconds) => (ttlSeconds === undefined ? {} : { ttlSeconds }));
    expect(addressLifetimeMs(addresses)).toBe(expected);
  });
});
