import type { Clock, Logger } from '@wharf/agent';
import {
  type FollowStatus,
  followPrefix,
  type KeyStore,
  type LeaseId,
  type PrefixFollower,
  type PrefixSink,
} from '@wharf/etcd-client';
import { createLeaseTracker, type LeaseTracker } from './io/lease-tracker.ts';

export interface StoreFollowingOptions {
  readonly store: KeyStore;
  /** What the keys begin with. */
  readonly prefix: string;
  /** The leases that records hang on, as of now. */
  readonly leases: () => Iterable<LeaseId>;
  readonly onStatus: (status: FollowStatus) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
}

/** Hears from the store what its records are, and how long their leases last. */
export interface StoreFollowing {
  /** Undefined before `start`. */
  status(): FollowStatus | undefined;
  /** Undefined before `start`. */
  leases(): LeaseTracker | undefined;
  start(sink: PrefixSink): void;
  stop(): void;
}

export function createStoreFollowing(options: StoreFollowingOptions): StoreFollowing {
  let follower: PrefixFollower | undefined;
  let leases: LeaseTracker | undefined;
  return {
    status: () => follower?.status(),
    leases: () => leases,
    start(sink) {
      follower = followPrefix(options.store, options.prefix, sink, options);
      leases = createLeaseTracker(options);
    },
    stop() {
      leases?.stop();
      follower?.stop();
    },
  };
}
