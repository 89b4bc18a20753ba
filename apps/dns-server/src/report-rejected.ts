import type { Logger } from '@wharf/agent';

/** Rejected records that one update names in the log; the rest is counted there, and named in `/debug/rejected`. */
export const MAX_NAMED_PER_UPDATE = 20;

/** Says in the log which records cannot be read, without letting a store full of them fill the log. */
export interface RejectionReporter {
  onRejected(key: string, reason: string): void;
  /** Ends an update: what was not named is summed up. */
  onUpdated(): void;
}

export function createRejectionReporter(log: Logger): RejectionReporter {
  let rejected = 0;
  return {
    onRejected(key, reason) {
      rejected++;
      if (rejected <= MAX_NAMED_PER_UPDATE) log.warn({ key, reason }, 'a record cannot be read and is left out');
    },
    onUpdated() {
      const unnamed = rejected - MAX_NAMED_PER_UPDATE;
      rejected = 0;
      if (unnamed > 0) log.warn({ count: unnamed }, 'more records cannot be read and are left out');
    },
  };
}
