import type { Change, Entry, PrefixSink, Revision, SnapshotWriter } from '@wharf/etcd-client';
import type { RecordMessage } from './thread-messages.ts';

/** Entries that are sent at once when all are sent again. */
const ENTRIES_PER_MESSAGE = 1_000;

export interface RecordMirrorOptions {
  readonly post: (message: RecordMessage) => void;
  /** All entries as of now, one after the other while they go on changing: each that does not change comes once. */
  readonly entries: () => Iterable<Entry>;
  /** Lets other work have its turn before `run`. */
  readonly defer: (run: () => void) => void;
}

/** Tells somebody elsewhere what the store holds. */
export interface RecordMirror extends PrefixSink {
  /** Tells everything that is known, as one listing as of `revision`. */
  tellAll(revision: Revision): void;
  stop(): void;
}

/** A telling of everything that is under way, and what has changed since it began. */
interface Telling {
  readonly changes: { readonly changes: readonly Change[]; readonly revision: Revision }[];
}

export function createRecordMirror({ post, entries, defer }: RecordMirrorOptions): RecordMirror {
  let telling: Telling | undefined;

  const giveUp = (): void => {
    if (telling !== undefined) post({ type: 'abort' });
    telling = undefined;
  };

  const finish = ({ changes }: Telling, revision: Revision): void => {
    telling = undefined;
    post({ type: 'commit', revision });
    for (const change of changes) post({ type: 'changes', ...change });
  };

  return {
    beginSnapshot(): SnapshotWriter {
      giveUp();
      post({ type: 'begin' });
      return {
        add: (added) => post({ type: 'add', entries: added }),
        commit: (revision) => post({ type: 'commit', revision }),
        abort: () => post({ type: 'abort' }),
      };
    },
    applyChanges(changes, revision) {
      // An entry that was told before it changed is in a listing that is not in force yet.
      if (telling === undefined) post({ type: 'changes', changes, revision });
      else telling.changes.push({ changes, revision });
    },
    tellAll(revision) {
      giveUp();
      const current: Telling = { changes: [] };
      telling = current;
      post({ type: 'begin' });
      const rest = entries()[Symbol.iterator]();
      const tellSome = (): void => {
        if (telling !== current) return;
        const some = take(rest, ENTRIES_PER_MESSAGE);
        if (some.length > 0) post({ type: 'add', entries: some });
        if (some.length < ENTRIES_PER_MESSAGE) finish(current, revision);
        else defer(tellSome);
      };
      tellSome();
    },
    stop() {
      telling = undefined;
    },
  };
}

function take<T>(from: Iterator<T>, count: number): readonly T[] {
  const taken: T[] = [];
  while (taken.length < count) {
    const next = from.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}
