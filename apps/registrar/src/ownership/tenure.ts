import type { Guard, LeaseId } from '@wharf/etcd-client';

/** The right to write: lost as soon as another process claims this host's name. */
export interface Tenure {
  /** All records hang on it. */
  readonly lease: LeaseId;
  /** Holds as long as nobody else has taken over; part of every transaction. */
  readonly fence: Guard & { readonly type: 'revision' };
  /** Leases of earlier processes or of before a loss, whose keys are ours too until they run out. */
  readonly formerLeases: readonly LeaseId[];
}
