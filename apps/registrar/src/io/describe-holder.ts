import { type KeyStore, type LeaseId, NO_LEASE } from '@wharf/etcd-client';
import { claimedHost } from '../ownership/claim.ts';

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
