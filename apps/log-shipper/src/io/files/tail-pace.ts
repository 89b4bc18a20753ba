import type { Clock } from '@wharf/agent';

/** A line is read at once; what follows it within this time is read together. */
const GATHER_MS = 2;
/** After this many reads, each right after the time to gather, the log is busy ... */
const BUSY_AFTER = 16;
const BUSY_MS = 5;
/** ... until so many reads in a row have found nothing. */
const IDLE_AFTER = 20;

/** When the end of a file that grows is looked at next. */
export interface TailPace {
  /**
   * Resolves when there may be more to read, or when woken.
   * @param hasRead whether something was read since the last time
   */
  wait(hasRead: boolean): Promise<void>;
  /** Something may have been written. */
  hint(): void;
  /** Ends the wait of now, or the next one. */
  wake(): void;
  /** Nothing is watched until the next wait: nobody reads, or there is more than enough to read. */
  rest(): void;
}

/**
 * - `resting`: nothing is watched.
 * - `watching`: the log trickles, and every write is a hint.
 * - `busy`: the log is looked at by the clock. A hint for each line, 7 microseconds, would cost more than all the rest.
 */
type Mode = 'resting' | 'watching' | 'busy';

/** @param watch begins to watch, and returns how to stop */
export function createTailPace(clock: Clock, watch: (hint: () => void) => () => void): TailPace {
  let mode: Mode = 'resting';
  let unwatch = (): void => undefined;
  let isHinted = false;
  let isWoken = false;
  let endPause: ((isHint: boolean) => void) | undefined;
  let lastHintMs = Number.NEGATIVE_INFINITY;
  let quickReads = 0;
  let idleReads = 0;

  const hint = (): void => {
    isHinted = true;
    endPause?.(true);
  };
  const change = (next: Mode): void => {
    if (mode === 'watching') unwatch();
    mode = next;
    isHinted = false;
    quickReads = 0;
    idleReads = 0;
    if (mode === 'watching') unwatch = watch(hint);
  };

  const until = (limitMs: number | undefined): Promise<void> => {
    if (isWoken || (limitMs === undefined && isHinted)) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        endPause = undefined;
        cancel?.();
        resolve();
      };
      const cancel = limitMs === undefined ? undefined : clock.schedule(limitMs, finish);
      endPause = (isHint) => {
        if (!isHint || limitMs === undefined) finish();
      };
    });
  };

  const waitWatching = async (hasRead: boolean): Promise<void> => {
    if (quickReads >= BUSY_AFTER) {
      change('busy');
      return until(BUSY_MS);
    }
    if (hasRead) await until(GATHER_MS);
    await until(undefined);
    const nowMs = clock.monotonicMs();
    quickReads = nowMs - lastHintMs < GATHER_MS * 2 ? quickReads + 1 : 0;
    lastHintMs = nowMs;
    isHinted = false;
  };

  const waitBusy = async (hasRead: boolean): Promise<void> => {
    idleReads = hasRead ? 0 : idleReads + 1;
    if (idleReads < IDLE_AFTER) await until(BUSY_MS);
    else change('watching');
  };

  return {
    async wait(hasRead) {
      // What was written before the watch began is read first: nothing tells of it.
      if (mode === 'resting') change('watching');
      else await (mode === 'watching' ? waitWatching(hasRead) : waitBusy(hasRead));
      isWoken = false;
    },
    hint,
    wake() {
      isWoken = true;
      endPause?.(false);
    },
    rest: () => change('resting'),
  };
}
