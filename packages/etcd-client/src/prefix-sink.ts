import type { Change, Entry, Revision } from './key-store.ts';

/** Collects one listing out of sight; exactly one of `commit` and `abort` ends it. */
export interface SnapshotWriter {
  /** The entries of one page; called once a page, in key order. */
  add(entries: readonly Entry[]): void;
  /** Puts what was added in the place of all that the sink held, in one step. */
  commit(revision: Revision): void;
  /** Forgets what was added; what the sink held before goes on. */
  abort(): void;
}

/** Whoever wants the keys under a prefix. Its methods are called one at a time, and never after `stop`. */
export interface PrefixSink {
  beginSnapshot(): SnapshotWriter;
  /** All changes of one revision, each revision once, in order, after a `commit`. */
  applyChanges(changes: readonly Change[], revision: Revision): void;
}

/** Begins a snapshot whose writer may be ended twice: the first of `commit` and `abort` counts, the rest is ignored. */
export function openSnapshot(sink: PrefixSink): SnapshotWriter {
  const writer = sink.beginSnapshot();
  let open = true;
  return {
    add(entries) {
      if (open) writer.add(entries);
    },
    commit(revision) {
      if (!open) return;
      open = false;
      writer.commit(revision);
    },
    abort() {
      if (!open) return;
      open = false;
      writer.abort();
    },
  };
}
