import type { Clock } from '@wharf/agent';

/** Decides when to let a busy connection gather bytes, instead of taking every few at a time. */
export interface BatchPacer {
  /** So many bytes have been read: whether to read on at once; if not, `onGoOn` is called when the time has come. */
  mayReadOn(bytes: number): boolean;
  isWaiting(): boolean;
  stop(): void;
}

/** How long bytes gather, in milliseconds. A unix socket holds what dockerd writes in that time; then dockerd waits. */
const GATHER_MS = 3;
/** So many bytes within `WINDOW_MS` make a connection a busy one: some 1,500 short lines a second. */
const BUSY_BYTES = 2048;
const WINDOW_MS = 10;
/** So many at once are a batch already: whoever pauses now holds up the engine. */
const BATCH_BYTES = 16 * 1024;

/** What is read is never held back, and what comes one by one is read at once: only a busy connection gathers. */
export function createBatchPacer(clock: Clock, onGoOn: () => void): BatchPacer {
  let windowStartMs = Number.NEGATIVE_INFINITY;
  let windowBytes = 0;
  let cancel: (() => void) | undefined;

  const goOn = (): void => {
    cancel = undefined;
    onGoOn();
  };
  return {
    mayReadOn(bytes) {
      if (bytes >= BATCH_BYTES) return true;
      const nowMs = clock.monotonicMs();
      if (nowMs - windowStartMs > WINDOW_MS) {
        windowStartMs = nowMs;
        windowBytes = 0;
      }
      windowBytes += bytes;
      if (windowBytes < BUSY_BYTES) return true;
      cancel = clock.schedule(GATHER_MS, goOn);
      return false;
    },
    isWaiting: () => cancel !== undefined,
    stop: () => cancel?.(),
  };
}
