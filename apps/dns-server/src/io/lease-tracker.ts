import type { Clock, Logger } from '@wharf/agent';
import type { KeyStore, LeaseId } from '@wharf/etcd-client';
import { clamp } from '../clamp.ts';
import type { Stamp } from '../records/record-index.ts';

/** How often it looks which leases are due. */
const TICK_MS = 1_000;
/** How soon it looks when an answer needs a lease that is not known yet. */
const HURRY_MS = 50;
/** Most leases that are asked about in one tick, if that is enough for all of them in `TICKS_FOR_ALL`. */
const FEW_ASKS_A_TICK = 32;
/** Most that are asked about whatever there are: with more, what is known of each is older. */
const MAX_ASKS_A_TICK = 256;
/** Leases of 20 s, which are common and short, are due after 10 s. */
const TICKS_FOR_ALL = 8;

export interface LeaseTrackerOptions {
  readonly store: Pick<KeyStore, 'inspectLease'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** The leases in use, as of now. */
  readonly leases: () => Iterable<LeaseId>;
}

/** Leases end at the second that the store says: what it says a second later or earlier is the same. */
const SAME_END_MS = 1_000;

/** When a lease ends unless it is renewed: its version is another as soon as that is another. */
export interface LeaseEnd extends Stamp {
  /** On the monotonic clock; undefined while the store has not said it. */
  readonly endsMs: number | undefined;
}

/** Knows how long leases last without asking the store when a query comes. */
export interface LeaseTracker {
  /**
   * Seconds that the lease has at least, counted down from when the store was last asked; undefined while it was not.
   * Below 0 when that was over and nobody has been told anything newer.
   */
  remainingSeconds(lease: LeaseId): number | undefined;
  /** What is known of the lease, now and later, for whoever counts down: does not count as being asked. */
  endOf(lease: LeaseId): LeaseEnd;
  stop(): void;
}

interface Observation extends LeaseEnd {
  version: number;
  endsMs: number | undefined;
  /** Half of what was left: a lease that nobody renews is looked at more and more often towards its end. */
  nextLookMs: number;
  /** Whether an answer has needed it since. */
  isWanted: boolean;
  /** Whether the store is being asked. */
  isAsked: boolean;
}

/**
 * Asks about a lease when an answer has needed it, and again when half of its time is over and another has: with a
 * thousand hosts there are a thousand leases and a thousand servers, which may all start at once. Those that have waited
 * for longest are first. A lease that an answer needs and nobody knows is asked about almost at once. A store that is
 * away is asked again, quietly.
 */
export function createLeaseTracker({ store, clock, log, leases }: LeaseTrackerOptions): LeaseTracker {
  let observations: ReadonlyMap<LeaseId, Observation> = new Map();
  /** Leases that answers have needed since the leases in use were last looked at. */
  const neededNewcomers = new Set<LeaseId>();
  /** Stands for all leases that are not looked after yet. */
  const newcomers = { version: 0, endsMs: undefined };
  let isStopped = false;
  let asksLeft = 0;
  let isHurrying = false;
  let cancelHurry = (): void => undefined;

  const learn = (known: Observation, endsMs: number): void => {
    known.isWanted = false;
    if (known.endsMs !== undefined && Math.abs(endsMs - known.endsMs) <= SAME_END_MS) return;
    known.endsMs = endsMs;
    known.version++;
  };
  const look = async (lease: LeaseId, known: Observation): Promise<void> => {
    const askedMs = clock.monotonicMs();
    known.isAsked = true;
    try {
      const state = await store.inspectLease(lease);
      // A lease that is gone: the watch is about to say that its keys are, too.
      const remainingMs = (state?.remainingSeconds ?? 0) * 1_000;
      learn(known, askedMs + remainingMs);
      known.nextLookMs = askedMs + (state === undefined ? TICK_MS : remainingMs / 2);
    } catch (error) {
      log.debug({ lease, err: error }, 'the store does not say how long a lease lasts');
      known.nextLookMs = askedMs + TICK_MS;
    } finally {
      known.isAsked = false;
    }
  };

  const takeInNewcomers = (): void => {
    const nowMs = clock.monotonicMs();
    const next = new Map<LeaseId, Observation>();
    for (const lease of leases()) {
      const known = observations.get(lease);
      next.set(lease, known ?? newcomer(nowMs, neededNewcomers.has(lease)));
      if (known === undefined) newcomers.version++;
    }
    neededNewcomers.clear();
    observations = next;
  };

  const lookAtDue = async (): Promise<void> => {
    const nowMs = clock.monotonicMs();
    const due = [...observations].filter(([, known]) => isDue(known, nowMs));
    due.sort(([, one], [, other]) => one.nextLookMs - other.nextLookMs);
    const asked = due.slice(0, asksLeft);
    asksLeft -= asked.length;
    await Promise.all(asked.map(([lease, known]) => look(lease, known)));
  };

  const tick = async (): Promise<void> => {
    takeInNewcomers();
    asksLeft = clamp(Math.ceil(observations.size / TICKS_FOR_ALL), FEW_ASKS_A_TICK, MAX_ASKS_A_TICK);
    await lookAtDue();
    if (!isStopped) cancel = clock.schedule(TICK_MS, run);
  };
  const run = (): void => void tick();
  let cancel = clock.schedule(0, run);

  const hurry = (): void => {
    if (isHurrying || isStopped || asksLeft === 0) return;
    isHurrying = true;
    cancelHurry = clock.schedule(HURRY_MS, () => {
      isHurrying = false;
      takeInNewcomers();
      void lookAtDue();
    });
  };

  return {
    remainingSeconds(lease) {
      const known = observations.get(lease);
      if (known === undefined) neededNewcomers.add(lease);
      else known.isWanted = true;
      if (known?.endsMs !== undefined) return (known.endsMs - clock.monotonicMs()) / 1_000;
      if (known === undefined || isDue(known, clock.monotonicMs())) hurry();
      return undefined;
    },
    endOf: (lease) => observations.get(lease) ?? newcomers,
    stop() {
      isStopped = true;
      cancel();
      cancelHurry();
    },
  };
}

function newcomer(nextLookMs: number, isWanted: boolean): Observation {
  return { version: 0, endsMs: undefined, nextLookMs, isWanted, isAsked: false };
}

function isDue({ isWanted, isAsked, nextLookMs }: Observation, nowMs: number): boolean {
  return isWanted && !isAsked && nextLookMs <= nowMs;
}
