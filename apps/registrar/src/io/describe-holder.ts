import { type Entry, type KeyStore, type LeaseId, NO_LEASE } from '@wharf/etcd-client';
import { claimedHost } from '../ownership/claim.ts';
import type { Conflict } from '../registries/registry.ts';

/**
 * Who holds the keys of a lease, in words: the registrar whose claim hangs on it, or the lease itself, in hexadecimal as
 * etcdctl wants it. It is for people, so a store that cannot be asked now is no error.
 */
export async function describeHolder(store: Pick<KeyStore, 'inspectLease'>, lease: LeaseId): Promise<string> {
  if (lease === NO_LEASE) return 'an entry without a lease';
  const id = `lease ${BigInt(lease).toString(16)}`;
  try {
    const keys = (await store.inspectLease(lease))?.keys ?? [];
    const host = keys.map(claimedHost).find((name) => name !== undefined);
    return host === undefined ? id : `the registrar of ${host} (${id})`;
  } catch {
    return id;
  }
}

/** Keys of others, with who holds each. A lease is looked at once, for some hold many keys. */
export async function nameHolders(
  store: Pick<KeyStore, 'inspectLease'>,
  found: readonly Pick<Entry, 'key' | 'lease'>[],
): Promise<readonly Conflict[]> {
  const holders = new Map<LeaseId, string>();
  const conflicts: Conflict[] = [];
  for (const { key, lease } of found) {
    const holder = holders.get(lease) ?? (await describeHolder(store, lease));
    holders.set(lease, holder);
    conflicts.push({ key, holder });
  }
  return conflicts;
}
