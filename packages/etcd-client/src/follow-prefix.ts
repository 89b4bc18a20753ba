import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { type BackoffPolicy, backoffDelayMs, type Clock, defaultBackoff, type Logger, sleep } from '@wharf/agent';
import { type KeyStore, KeyStoreError, type Revision, type WatchEnd } from './key-store.ts';
import { openSnapshot, type PrefixSink } from './prefix-sink.ts';

/**
 * - `loading`: the keys are being listed, at first or because the history that was needed is gone. Goes to `following`
 *   when the listing is committed and the watch accepted, to `disconnected` when either fails.
 * - `following`: the sink holds what the store holds, but for the time a change takes to travel. Goes to `loading`
 *   when its history is compacted, to `disconnected` when the link is cut or silent or the store refuses.
 * - `disconnected`: tries again with growing delays, while the sink keeps what it has. Goes to `following` when the
 *   watch goes on where it ended, to `loading` when the first page of a new listing arrives.
 *
 * Only `stop` and the closing of the store end it.
 */
export type FollowState = 'loading' | 'following' | 'disconnected';

export interface FollowStatus {
  readonly state: FollowState;
  /** When this state began, on the monotonic side of the clock. */
  readonly sinceMs: number;
  /** The newest revision the sink was given; 0 before the first. */
  readonly revision: Revision;
  /** Whether a whole listing was ever committed. */
  readonly everLoaded: boolean;
  /** Whether this state has committed one: while `loading`, that only the watch is not accepted yet. */
  readonly isListed: boolean;
  /** Why it is not `following`, in words. */
  readonly reason?: string;
}

export interface FollowOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** A number in [0, 1), such as `Math.random`. */
  readonly random: () => number;
  readonly backoff?: BackoffPolicy;
  /** Called when the state or its reason changes and when a listing is committed, not for every revision. */
  readonly onStatus?: (status: FollowStatus) => void;
}

export interface PrefixFollower {
  status(): FollowStatus;
  /** Ends it at once: the sink is not called again. */
  stop(): void;
}

/** Why a round of listing and watching ended, and what comes next; without `-at-once` a delay comes first. */
interface RoundEnd {
  readonly next: 'resume' | 'reload' | 'reload-at-once' | 'nothing';
  readonly reason: string;
}

/**
 * Keeps `sink` at what `store` holds under `prefix`: lists at one revision, watches from the next, resumes a cut watch
 * where it ended, and lists again when that history is gone. It never gives up. A sink that throws is given a new
 * listing.
 */
export function followPrefix(
  store: KeyStore,
  prefix: string,
  sink: PrefixSink,
  options: FollowOptions,
): PrefixFollower {
  const { clock, random } = options;
  const log = options.log.child({ prefix });
  const backoff = options.backoff ?? defaultBackoff;
  const stopping = new AbortController();
  const { signal } = stopping;
  let current: FollowStatus = {
    state: 'loading',
    sinceMs: clock.monotonicMs(),
    revision: 0,
    everLoaded: false,
    isListed: false,
  };
  let endActivity: () => void = () => undefined;

  const enter = (state: FollowState, reason?: string): void => {
    if (state === current.state && reason === current.reason && !current.isListed) return;
    const { revision, everLoaded } = current;
    const sinceMs = state === current.state ? current.sinceMs : clock.monotonicMs();
    current = { state, sinceMs, revision, everLoaded, isListed: false, ...(reason === undefined ? {} : { reason }) };
    options.onStatus?.(current);
  };

  const load = async (): Promise<void> => {
    const startedMs = clock.monotonicMs();
    const snapshot = openSnapshot(sink);
    endActivity = () => snapshot.abort();
    let revision: Revision = 0;
    let keys = 0;
    try {
      for await (const page of store.list(prefix)) {
        if (signal.aborted) return;
        enter('loading', current.reason);
        snapshot.add(page.entries);
        revision = page.revision;
        keys += page.entries.length;
        await yieldToEventLoop();
      }
      if (signal.aborted) return;
      snapshot.commit(revision);
    } finally {
      snapshot.abort();
    }
    current = { ...current, revision, everLoaded: true, isListed: true };
    options.onStatus?.(current);
    log.info({ revision, keys, tookMs: Math.round(clock.monotonicMs() - startedMs) }, 'the keys are loaded');
  };

  /** Resolves when the stream has ended. */
  const watch = (justLoaded: boolean): Promise<RoundEnd> =>
    new Promise((resolve) => {
      let progressed = !justLoaded;
      let sinkFailed: RoundEnd | undefined;
      let hasEnded = false;
      const stream = store.watch(prefix, current.revision + 1, {
        onOpen: () => enter('following'),
        onChanges(changes, revision) {
          // A member that was away may tell what others have told long since.
          if (hasEnded || revision < current.revision) return;
          try {
            sink.applyChanges(changes, revision);
            current = { ...current, revision };
            progressed = true;
          } catch (error) {
            sinkFailed = roundEndOf(error, 'reload');
            stream.close();
          }
        },
        onEnd(end) {
          hasEnded = true;
          resolve(sinkFailed ?? watchRoundEnd(end, progressed));
        },
      });
      endActivity = () => stream.close();
    });

  const round = async (reload: boolean): Promise<RoundEnd> => {
    try {
      if (reload) await load();
    } catch (error) {
      return roundEndOf(error, 'reload');
    }
    return signal.aborted ? { next: 'nothing', reason: 'stopped' } : watch(reload);
  };

  const run = async (): Promise<void> => {
    let attempt = 0;
    let reload = true;
    while (!signal.aborted) {
      const startedMs = clock.monotonicMs();
      const end = await round(reload);
      if (signal.aborted) return;
      if (end.next === 'nothing') {
        enter('disconnected', end.reason);
        return;
      }
      reload = end.next !== 'resume';
      if (end.next === 'reload-at-once') {
        log.warn({ reason: end.reason }, 'the keys are listed again');
        enter('loading', end.reason);
        continue;
      }
      if (clock.monotonicMs() - startedMs >= backoff.capMs) attempt = 0;
      const delayMs = backoffDelayMs(attempt++, backoff, random);
      log.warn({ reason: end.reason, delayMs: Math.round(delayMs) }, 'the store is not followed; trying again');
      enter('disconnected', end.reason);
      await sleep(clock, delayMs, signal);
    }
  };

  void run();

  return {
    status: () => current,
    stop() {
      stopping.abort();
      endActivity();
    },
  };
}

/** @param progressed false: the watch began at a listing just made, so listing again at once would end the same way */
function watchRoundEnd(end: WatchEnd, progressed: boolean): RoundEnd {
  if (end.reason === 'disconnected') return roundEndOf(end.error, 'resume');
  if (end.reason === 'closed') return { next: 'nothing', reason: 'the store is closed' };
  const reason = `the store no longer has the history that is needed, only that from revision ${end.compactRevision} on`;
  return { next: progressed ? 'reload-at-once' : 'reload', reason };
}

function roundEndOf(error: unknown, next: RoundEnd['next']): RoundEnd {
  const reason = error instanceof Error ? error.message : String(error);
  const over = error instanceof KeyStoreError && error.code === 'closed';
  return { next: over ? 'nothing' : next, reason };
}
