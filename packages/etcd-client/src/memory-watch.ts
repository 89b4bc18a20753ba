import type { WatchEnd, WatchListener } from './key-store.ts';
import type { Commit } from './memory-history.ts';

/** One watch on a store in memory. */
export interface MemoryWatch {
  open(): void;
  /** Delivers, later but in order, what `commit` changed under the prefix. */
  offer(commit: Commit): void;
  /** Ends after everything offered so far. */
  finish(end: WatchEnd): void;
  /** Ends at once, in this very call; what waits is dropped. */
  close(): void;
}

/**
 * @param fromRevision commits before it are not delivered
 * @param onGone called once, when the watch has ended by whatever cause
 */
export function createMemoryWatch(
  prefix: string,
  fromRevision: number,
  listener: WatchListener,
  onGone: () => void,
): MemoryWatch {
  let waiting: (() => void)[] = [];
  let scheduled = false;
  let ended = false;

  const deliver = (): void => {
    scheduled = false;
    const ready = waiting;
    waiting = [];
    for (const task of ready) if (!ended) task();
  };

  const later = (task: () => void): void => {
    waiting.push(task);
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(deliver);
  };

  const end = (reason: WatchEnd): void => {
    if (ended) return;
    ended = true;
    waiting = [];
    onGone();
    listener.onEnd(reason);
  };

  return {
    open: () => later(() => listener.onOpen()),
    offer({ revision, changes }) {
      if (revision < fromRevision) return;
      const mine = changes.filter((change) => keyOf(change).startsWith(prefix));
      if (mine.length > 0) later(() => listener.onChanges(mine, revision));
    },
    finish: (reason) => later(() => end(reason)),
    close: () => end({ reason: 'closed' }),
  };
}

function keyOf(change: Commit['changes'][number]): string {
  return change.type === 'put' ? change.entry.key : change.key;
}
