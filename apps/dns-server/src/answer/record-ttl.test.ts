import { describe, expect, it } from 'vitest';
import { record } from '../testing/record.ts';
import { recordTtl } from './record-ttl.ts';

describe('recordTtl', () => {
  const policy = { ttlSeconds: 3_600 };

  it.each([
    { ttl: undefined, lease: undefined, expected: 3_600 },
    { ttl: 5, lease: undefined, expected: 5 },
    { ttl: 0, lease: undefined, expected: 3_600 },
    { ttl: undefined, lease: 40.9, expected: 40 },
    { ttl: undefined, lease: 86_400, expected: 86_400 },
    // etcd grants leases of up to 9,000,000,000 s.
    { ttl: undefined, lease: 9e9, expected: 2_147_483_647 },
    { ttl: 5, lease: 40, expected: 5 },
    { ttl: 50, lease: 40, expected: 40 },
    { ttl: 50, lease: -3, expected: 1 },
    { ttl: 50, lease: 'unknown', expected: 5 },
    { ttl: undefined, lease: 'unknown', expected: 5 },
  ])('is $expected for a ttl of $ttl and a lease of $lease', ({ ttl, lease, expected }) => {
    const subject = record(['w'], ttl === undefined ? {} : { ttl }, lease === undefined ? {} : { lease: '1' });
    const remainingSeconds = () => (typeof lease === 'number' ? lease : undefined);
    expect(recordTtl(subject, { policy, isStale: false, remainingSeconds })).toBe(expected);
  });

  it.each([
    { ttl: undefined, expected: 30 },
    { ttl: 5, expected: 5 },
    { ttl: 50, expected: 30 },
  ])('is $expected for a ttl of $ttl while the store is away, whatever the lease', ({ ttl, expected }) => {
    const subject = record(['w'], ttl === undefined ? {} : { ttl }, { lease: '1' });
    expect(recordTtl(subject, { policy, isStale: true, remainingSeconds: () => -100 })).toBe(expected);
  });

  it('is the default while the store is away when that is less', () => {
    const facts = { policy: { ...policy, ttlSeconds: 20 }, isStale: true, remainingSeconds: () => undefined };
    expect(recordTtl(record(['w'], {}), facts)).toBe(20);
  });
});
