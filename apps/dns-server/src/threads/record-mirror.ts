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
  /** Nobody listens any more; whoever listens next knows nothing. */
  stop(): void;
}

/** A listing that whoever listens is in the middle of. */
interface Listing {
  /** What has changed since it began, if it is one of what is known already. */
  readonly changes: { readonly changes: readonly Change[]; readonly revision: Revision }[] | undefined;
}

export function createRecordMirror({ post, entries, defer }: RecordMirrorOptions): RecordMirror {
  let current: Listing | undefined;

  const begin = (changes: Listing['changes']): Listing => {
    if (current !== undefined) post({ type: 'abort' });
    current = { changes };
    post({ type: 'begin' });
    return current;
  };

  const commit = ({ changes = [] }: Listing, revision: Revision): void => {
    current = undefined;
    post({ type: 'commit', revision });
    for (const change of changes) post({ type: 'changes', ...change });
  };

  const tellAll = (revision: Revision): void => {
    const listing = begin([]);
    const rest = entries()[Symbol.iterator]();
    const tellSome = (): void => {
      if (current !== listing) return;
      const some = take(rest, ENTRIES_PER_MESSAGE);
      if (some.length > 0) post({ type: 'add', entries: some });
      if (some.length < ENTRIES_PER_MESSAGE) commit(listing, revision);
      else defer(tellSome);
    };
    tellSome();
  };

  return {
    tellAll,
    beginSnapshot(): SnapshotWriter {
      const listing = begin(undefined);
      return {
        add(added) {
          if (current === listing) post({ type: 'add', entries: added });
        },
        commit(revision) {
          // What was told meanwhile is older than this listing, most of which was not told.
          if (current === listing) commit(listing, revision);
          else tellAll(revision);
        },
        abort() {
          if (current !== listing) return;
          current = undefined;
          post({ type: 'abort' });
        },
      };
    },
    applyChanges(changes, revision) {
      // An entry that was told before it changed is in a listing that is not in force yet.
      if (current?.changes === undefined) post({ type: 'changes', changes, revision });
      else current.changes.push({ changes, revision });
    },
    stop() {
      current = undefined;
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
