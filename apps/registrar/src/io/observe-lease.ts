import { type Clock, sleep } from '@wharf/agent';
import type { KeyStore, LeaseId } from '@wharf/etcd-client';
import { wasRenewed } from '../ownership/claim.ts';

/**
 * Watches a lease for `windowMs` and resolves to whether somebody keeps it alive; false when it is gone.
 * @throws KeyStoreError when the store cannot be asked
 */
export async function observeLease(
  store: KeyStore,
  lease: LeaseId,
  windowMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  const before = await store.inspectLease(lease);
  const startedMs = clock.monotonicMs();
  if (before === undefined) return false;
  await sleep(clock, windowMs, signal);
  const after = await store.inspectLease(lease);
  if (after === undefined) return false;
  return wasRenewed(before.remainingSeconds, after.remainingSeconds, clock.monotonicMs() - startedMs);
}
