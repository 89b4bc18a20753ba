import { type BackoffPolicy, backoffDelayMs, type Clock, defaultBackoff, type Logger, sleep } from '@wharf/agent';
import { type KeyStore, KeyStoreError, type Lease, type LeaseId } from './key-store.ts';
import { LONGEST_TIMER_MS } from './longest-timer.ts';

export interface LeaseOptions {
  readonly ttlSeconds: number;
  /**
   * A lease to take over, such as that of the process before this one. It is taken when the store still knows it and it
   * was granted for `ttlSeconds`; otherwise a lease is granted, and the other one is left to run out.
   */
  readonly adopt?: LeaseId;
  /**
   * A lease is held from now on.
   * @param fresh true: the lease is new and holds no key yet; false: it was taken over with its keys
   */
  onHeld(lease: LeaseId, fresh: boolean): void;
  /** The lease is no longer held: its keys are gone or will go. Called once for each `onHeld` that ends by itself. */
  onLost(lease: LeaseId, reason: string): void;
  readonly clock: Clock;
  readonly log: Logger;
  /** A number in [0, 1), such as `Math.random`. */
  readonly random: () => number;
  readonly backoff?: BackoffPolicy;
}

export interface LeaseKeeper {
  /** The lease that is held; undefined while there is none. */
  current(): LeaseId | undefined;
  /** Milliseconds until the lease is lost unless it is renewed; 0 while none is held. */
  remainingMs(): number;
  /**
   * Ends it; neither `onHeld` nor `onLost` is called again. With `revoke` the lease and its keys are gone when this
   * resolves, or the failure is logged and they go by themselves; without, they stay for the rest of the TTL.
   */
  stop(how: { readonly revoke: boolean }): Promise<void>;
}

interface HeldLease extends Lease {
  /** When the store may have forgotten it: one TTL after the last successful renewal was sent. */
  deadlineMs: number;
}

interface Loss {
  readonly reason: string;
  /** False: the store has said that it does not know the lease. */
  readonly mayLive: boolean;
}

/**
 * Keeps one lease alive, for as long as it runs. In words:
 * - granting: no lease is held; asks for one, with growing jittered delays, until the store gives it. Goes to held.
 * - held: renews it after every third of its TTL, sooner again when that fails. Goes to lost when the store does not
 *   know the lease, or when none succeeded within one TTL, counted from before the last successful one was sent, on the
 *   monotonic clock: the store may have forgotten the lease then, whether or not it can be asked.
 * - lost: `onLost` is called; goes to granting at once. A lease that only ran out here is taken over again if the store
 *   still knows it (a store that was down for a while has not counted that time), so that its keys need not be written.
 * - stopped: by `stop`; the closing of the store ends it too, when the next renewal meets it.
 */
export function keepLease(store: KeyStore, options: LeaseOptions): LeaseKeeper {
  const { clock, log, random, ttlSeconds } = options;
  const backoff = options.backoff ?? defaultBackoff;
  const stopping = new AbortController();
  const { signal } = stopping;
  let held: HeldLease | undefined;
  /** What `stop` must revoke, held or not: the newest lease that the store may know. */
  let mayLive: Lease | undefined = options.adopt === undefined ? undefined : { id: options.adopt, ttlSeconds };

  /** The newest lease that its owner knows of, and may have put keys under. */
  let told = options.adopt;

  const remainingMs = (lease: HeldLease): number => Math.max(0, lease.deadlineMs - clock.monotonicMs());

  const adopt = async ({ id, ttlSeconds: expected }: Lease): Promise<HeldLease | undefined> => {
    const state = await store.inspectLease(id);
    if (state === undefined || state.grantedSeconds !== expected) return undefined;
    const sentMs = clock.monotonicMs();
    const seconds = await store.renewLease(id);
    return seconds <= 0 ? undefined : { id, ttlSeconds: expected, deadlineMs: sentMs + seconds * 1_000 };
  };

  const grant = async (): Promise<HeldLease> => {
    const sentMs = clock.monotonicMs();
    const lease = await store.grantLease(ttlSeconds);
    return { ...lease, deadlineMs: sentMs + lease.ttlSeconds * 1_000 };
  };

  /** Granting. @returns undefined when stopped or the store is closed */
  const obtain = async (): Promise<HeldLease | undefined> => {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const adopted = mayLive === undefined ? undefined : await adopt(mayLive);
        if (signal.aborted) return undefined;
        const lease = adopted ?? (await grant());
        mayLive = lease;
        if (signal.aborted) return undefined;
        if (remainingMs(lease) > 0) return lease;
        throw new Error(`the store took longer to answer than the ${lease.ttlSeconds} s that the lease lives`);
      } catch (error) {
        if (isClosed(error)) return undefined;
        const delayMs = backoffDelayMs(attempt, backoff, random);
        log.warn({ reason: messageOf(error), delayMs: Math.round(delayMs) }, 'no lease is held; trying again');
        await sleep(clock, delayMs, signal);
      }
    }
    return undefined;
  };

  /** One renewal, given up at the deadline. @returns seconds as `renewLease` does */
  const renew = async (lease: HeldLease): Promise<number> => {
    const answered = new AbortController();
    const late = sleep(
      clock,
      Math.min(remainingMs(lease), LONGEST_TIMER_MS),
      AbortSignal.any([signal, answered.signal]),
    ).then(() => {
      throw new Error('the store did not answer before the lease ran out');
    });
    try {
      return await Promise.race([store.renewLease(lease.id), late]);
    } finally {
      answered.abort();
    }
  };

  /** Held. @returns how the lease was lost; undefined when stopped or the store is closed */
  const hold = async (lease: HeldLease): Promise<Loss | undefined> => {
    const ttlMs = lease.ttlSeconds * 1_000;
    const policy = { baseMs: backoff.baseMs, capMs: Math.min(backoff.capMs, ttlMs / 20) };
    let delayMs = remainingMs(lease) - (ttlMs * 2) / 3;
    let failures = 0;
    let failure = 'no renewal was sent in time';
    for (;;) {
      await sleep(clock, Math.max(0, Math.min(delayMs, remainingMs(lease), LONGEST_TIMER_MS)), signal);
      if (signal.aborted) return undefined;
      if (remainingMs(lease) === 0) {
        return { reason: `not renewed within its TTL of ${lease.ttlSeconds} s: ${failure}`, mayLive: true };
      }
      const sentMs = clock.monotonicMs();
      try {
        const seconds = await renew(lease);
        if (seconds <= 0) return { reason: 'the store does not know it: revoked, or run out', mayLive: false };
        lease.deadlineMs = sentMs + seconds * 1_000;
        delayMs = remainingMs(lease) - (ttlMs * 2) / 3;
        failures = 0;
      } catch (error) {
        if (signal.aborted || isClosed(error)) return undefined;
        failure = messageOf(error);
        delayMs = backoffDelayMs(failures++, policy, random);
        log.warn({ lease: lease.id, reason: failure, remainingMs: Math.round(remainingMs(lease)) }, 'not renewed');
      }
    }
  };

  const tell = (callback: () => void): void => {
    try {
      callback();
    } catch (error) {
      log.error({ err: error }, 'the owner of the lease failed to take note of it');
    }
  };

  const run = async (): Promise<void> => {
    for (;;) {
      const lease = await obtain();
      if (lease === undefined) return;
      const { id } = lease;
      const fresh = id !== told;
      held = lease;
      told = id;
      log.info(
        { lease: id, ttlSeconds: lease.ttlSeconds, fresh },
        fresh ? 'a lease is granted' : 'a lease is taken over',
      );
      tell(() => options.onHeld(id, fresh));
      const loss = await hold(lease);
      held = undefined;
      if (loss === undefined) return;
      if (!loss.mayLive) mayLive = undefined;
      log.warn({ lease: id, reason: loss.reason }, 'the lease is lost');
      tell(() => options.onLost(id, loss.reason));
    }
  };

  const running = run();

  return {
    current: () => held?.id,
    remainingMs: () => (held === undefined ? 0 : remainingMs(held)),
    async stop({ revoke }) {
      stopping.abort();
      held = undefined;
      if (!revoke) return;
      await running;
      if (mayLive === undefined) return;
      const { id } = mayLive;
      mayLive = undefined;
      try {
        await store.revokeLease(id);
      } catch (error) {
        log.warn({ lease: id, reason: messageOf(error) }, 'the lease is not revoked: its keys go when it runs out');
      }
    },
  };
}

function isClosed(error: unknown): boolean {
  return error instanceof KeyStoreError && error.code === 'closed';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
