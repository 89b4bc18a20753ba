import type { HostAddress } from './host-resolver.ts';

const LEAST_MS = 1_000;
const ASSUMED_MS = 30_000;
const MOST_MS = 300_000;

/**
 * How long these addresses count before the name is resolved again: the shortest of their TTLs, at least 1 s and at
 * most 5 min, 30 s where none is known.
 */
export function addressLifetimeMs(addresses: readonly Pick<HostAddress, 'ttlSeconds'>[]): number {
  const lifetimes = addresses.map(({ ttlSeconds }) => (ttlSeconds === undefined ? ASSUMED_MS : ttlSeconds * 1_000));
  return Math.max(LEAST_MS, lifetimes.length === 0 ? ASSUMED_MS : Math.min(MOST_MS, ...lifetimes));
}
