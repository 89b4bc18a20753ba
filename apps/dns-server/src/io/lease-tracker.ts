import type { Clock, Logger } from '@wharf/agent';
import type { KeyStore, LeaseId } from '@wharf/etcd-client';

/** How often it looks which leases are due. */
const TICK_MS = 1_000;
/** Most leases that are asked about in one tick: with more, what is known of each is older. */
const LEASES_PER_TICK = 32;

export interface LeaseTrackerOptions {
  readonly store: Pick<KeyStore, 'inspectLease'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** The leases in use, as of now. */
  readonly leases: () => Iterable<LeaseId>;
}

/** Knows how long leases last without asking the store when a query comes. */
export interface LeaseTracker {
  /**
   * Seconds that the lease has at least, counted down from when the store was last asked; undefined while it was not.
   * Below 0 when that was over and nobody has been told anything newer.
   */
  remainingSeconds(lease: LeaseId): number | undefined;
  stop(): void;
}

interface Observation {
  /** Undefined while the store has not said it. */
  readonly endsMs: number | undefined;
  /** Half of what was left: a lease that nobody renews is looked at more and more often towards its end. */
  readonly nextLookMs: number;
  /** Whether an answer has needed it since. */
  isWanted: boolean;
}

/**
 * Asks about each lease once, and again when half of its time is over and an answer has needed it: with a thousand hosts
 * there are a thousand leases and a thousand servers. Those that have waited for longest are first. A store that is away
 * is asked again, quietly.
 */
export function createLeaseTracker({ store, clock, log, leases }: LeaseTrackerOptions): LeaseTracker {
  let observations: ReadonlyMap<LeaseId, Observation> = new Map();
  let isStopped = false;

  const look = async (lease: LeaseId, known: Observation): Promise<Observation> => {
    const askedMs = clock.monotonicMs();
    try {
      const state = await store.inspectLease(lease);
      // The lease is gone; the watch is about to say that its keys are, too.
      if (state === undefined) return { endsMs: askedMs, nextLookMs: askedMs + TICK_MS, isWanted: false };
      const remainingMs = state.remainingSeconds * 1_000;
      return { endsMs: askedMs + remainingMs, nextLookMs: askedMs + remainingMs / 2, isWanted: false };
    } catch (error) {
      log.debug({ lease, err: error }, 'the store does not say how long a lease lasts');
      return { ...known, nextLookMs: askedMs + TICK_MS };
    }
  };

  const tick = async (): Promise<void> => {
    const nowMs = clock.monotonicMs();
    const next = new Map<LeaseId, Observation>();
    for (const lease of leases())
      next.set(lease, observations.get(lease) ?? { endsMs: undefined, nextLookMs: nowMs, isWanted: true });
    observations = next;
    const due = [...next].filter(([, known]) => known.isWanted && known.nextLookMs <= nowMs);
    due.sort(([, one], [, other]) => one.nextLookMs - other.nextLookMs);
    await Promise.all(
      due.slice(0, LEASES_PER_TICK).map(async ([lease, known]) => {
        next.set(lease, await look(lease, known));
      }),
    );
    if (!isStopped) cancel = clock.schedule(TICK_MS, run);
  };
  const run = (): void => void tick();
  let cancel = clock.schedule(0, run);

  return {
    remainingSeconds(lease) {
      const known = observations.get(lease);
      if (known === undefined) return undefined;
      known.isWanted = true;
      return known.endsMs === undefined ? undefined : (known.endsMs - clock.monotonicMs()) / 1_000;
    },
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
