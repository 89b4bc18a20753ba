import { type KeyStore, type LeaseId, NO_LEASE } from '@wharf/etcd-client';
import type { ImportPut } from '../import-v2/plan-import.ts';

/** How many calls of the store are under way at a time. */
const CONCURRENT_CALLS = 32;

/**
 * Writes each key in a transaction of its own, those with one TTL on one lease.
 * @returns keys that were not as they had been read, and so were not written
 * @throws KeyStoreError when the store fails; what was written by then stays
 */
export async function writeImport(store: KeyStore, puts: readonly ImportPut[]): Promise<ReadonlySet<string>> {
  const leases = new Map<number, Promise<LeaseId>>();
  const leaseFor = (ttlSeconds: number): Promise<LeaseId> => {
    const lease = leases.get(ttlSeconds) ?? store.grantLease(ttlSeconds).then(({ id }) => id);
    leases.set(ttlSeconds, lease);
    return lease;
  };
  const refused = new Set<string>();
  await forEachOf(puts, async ({ key, value, ttlSeconds, replaces }) => {
    const lease = ttlSeconds === undefined ? NO_LEASE : await leaseFor(ttlSeconds);
    const { applied } = await store.transact({
      guards: [replaces === undefined ? { type: 'absent', key } : { type: 'revision', key, modRevision: replaces }],
      operations: [{ type: 'put', key, value, ...(lease === NO_LEASE ? {} : { lease }) }],
    });
    if (!applied) refused.add(key);
  });
  return refused;
}

/** Does something with each item, a few at a time. */
export async function forEachOf<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += CONCURRENT_CALLS) {
    await Promise.all(items.slice(at, at + CONCURRENT_CALLS).map(act));
  }
}
