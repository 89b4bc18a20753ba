import type { LeaseId } from '@wharf/etcd-client';
import type { Claim } from './claim.ts';

/**
 * - `looking`: asking the store who keeps this host's records.
 * - `standing-by`: another process does, or may; nothing is written until it has gone.
 * - `claiming`: getting a lease and writing the claim.
 * - `holding`: this process keeps the records.
 * - `stopped`: for good.
 */
export type OwnershipState = 'looking' | 'standing-by' | 'claiming' | 'holding' | 'stopped';

export interface OwnershipStatus {
  readonly state: OwnershipState;
  readonly lease: LeaseId | undefined;
  /** Milliseconds until the lease runs out unless it is renewed; undefined without a lease. */
  readonly remainingMs: number | undefined;
  /** The other process's claim, while standing by. */
  readonly other: Claim | undefined;
  /** Why the link to the store is not what it should be; undefined when it is. */
  readonly linkReason: string | undefined;
}
