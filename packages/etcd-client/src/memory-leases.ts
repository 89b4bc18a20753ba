import type { Clock } from '@wharf/agent';
import type { Lease, LeaseId, LeaseState } from './key-store.ts';
import { NO_LEASE } from './key-store.ts';
import { LONGEST_TIMER_MS } from './longest-timer.ts';

/** The leases of a store in memory, and which keys go with them. */
export interface LeaseTable {
  has(id: LeaseId): boolean;
  grant(ttlSeconds: number): Lease;
  /** Seconds the lease now has; 0 when there is none of this ID. */
  renew(id: LeaseId): number;
  inspect(id: LeaseId): LeaseState | undefined;
  /** Forgets the lease; the keys it held, in no order. */
  remove(id: LeaseId): readonly string[];
  attach(id: LeaseId, key: string): void;
  detach(id: LeaseId, key: string): void;
  /** Stops every timer. */
  close(): void;
}

interface HeldLease extends Lease {
  readonly keys: Set<string>;
  deadlineMs: number;
  cancelExpiry: () => void;
}

/** @param onExpired called when a lease ran out on the clock; it is still in the table then */
export function createLeaseTable(clock: Clock, onExpired: (id: LeaseId) => void): LeaseTable {
  const leases = new Map<LeaseId, HeldLease>();
  let lastId = 0;

  const expireInTime = (lease: HeldLease): void => {
    const remainingMs = lease.deadlineMs - clock.monotonicMs();
    if (remainingMs <= 0) onExpired(lease.id);
    else lease.cancelExpiry = clock.schedule(Math.min(remainingMs, LONGEST_TIMER_MS), () => expireInTime(lease));
  };

  const start = (lease: HeldLease): void => {
    lease.cancelExpiry();
    lease.deadlineMs = clock.monotonicMs() + lease.ttlSeconds * 1_000;
    expireInTime(lease);
  };

  return {
    has: (id) => id === NO_LEASE || leases.has(id),
    grant(ttlSeconds) {
      const lease: HeldLease = {
        id: String(++lastId),
        ttlSeconds: Math.max(1, Math.ceil(ttlSeconds)),
        keys: new Set(),
        deadlineMs: 0,
        cancelExpiry: () => undefined,
      };
      leases.set(lease.id, lease);
      start(lease);
      return { id: lease.id, ttlSeconds: lease.ttlSeconds };
    },
    renew(id) {
      const lease = leases.get(id);
      if (lease === undefined) return 0;
      start(lease);
      return lease.ttlSeconds;
    },
    inspect(id) {
      const lease = leases.get(id);
      if (lease === undefined) return undefined;
      return {
        remainingSeconds: Math.max(0, Math.floor((lease.deadlineMs - clock.monotonicMs()) / 1_000)),
        grantedSeconds: lease.ttlSeconds,
        keys: [...lease.keys],
      };
    },
    remove(id) {
      const lease = leases.get(id);
      lease?.cancelExpiry();
      leases.delete(id);
      return [...(lease?.keys ?? [])];
    },
    attach: (id, key) => leases.get(id)?.keys.add(key),
    detach: (id, key) => leases.get(id)?.keys.delete(key),
    close() {
      for (const lease of leases.values()) lease.cancelExpiry();
    },
  };
}
