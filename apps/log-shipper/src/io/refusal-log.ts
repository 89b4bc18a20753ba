import type { Clock, Logger } from '@wharf/agent';

/** Tells of dropped messages without flooding the log: at once, then at most once a minute with how many there were. */
export interface RefusalLog {
  add(messages: number, reason: string): void;
  /** Tells what has not been told. */
  close(): void;
}

const EVERY_MS = 60_000;

export function createRefusalLog(log: Logger, clock: Clock): RefusalLog {
  let untold = 0;
  let lastReason = '';
  let cancelTimer: (() => void) | undefined;

  const tell = (): void => {
    if (untold === 0) return;
    log.warn({ messages: untold, reason: lastReason }, 'dropped messages that the receiver refuses');
    untold = 0;
  };
  const wait = (): void => {
    cancelTimer = clock.schedule(EVERY_MS, () => {
      cancelTimer = undefined;
      if (untold > 0) wait();
      tell();
    });
  };

  return {
    add(messages, reason) {
      untold += messages;
      lastReason = reason;
      if (cancelTimer !== undefined) return;
      tell();
      wait();
    },
    close() {
      cancelTimer?.();
      tell();
    },
  };
}
