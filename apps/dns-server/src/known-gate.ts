import type { Clock } from '@wharf/agent';
import type { DataState } from './answer/answer-message.ts';

/** The store usually answers long before; after that the records of a snapshot are better than none. */
export const STALE_AFTER_MS = 2_000;

/** Lets through when there are records to answer from. */
export interface KnownGate {
  /** To be told what the records are, whenever that changes. */
  saw(state: DataState): void;
  /** Resolves when they are current, or stale after `STALE_AFTER_MS` of waiting, or when `signal` aborts. */
  passed(signal: AbortSignal | undefined): Promise<void>;
}

export function createKnownGate(clock: Pick<Clock, 'schedule'>): KnownGate {
  const known = Promise.withResolvers<void>();
  let state: DataState = 'loading';
  let takesStale = false;
  const check = (): void => {
    if (state === 'current' || (takesStale && state === 'stale')) known.resolve();
  };
  return {
    saw(now) {
      state = now;
      check();
    },
    async passed(signal) {
      const onAbort = (): void => known.resolve();
      signal?.addEventListener('abort', onAbort);
      if (signal?.aborted === true) onAbort();
      const cancel = clock.schedule(STALE_AFTER_MS, () => {
        takesStale = true;
        check();
      });
      await known.promise;
      cancel();
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
