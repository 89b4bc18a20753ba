import type { PrefixSink, Revision } from '@wharf/etcd-client';

/** Somebody who is told what the store holds, now or later. */
export interface LateListener extends PrefixSink {
  /** Tells everything that is known. */
  tellAll(revision: Revision): void;
}

/**
 * Tells a listener that may not be there yet. One that comes in the middle of a listing, of which it missed the
 * beginning, is told everything at its end.
 * @param listener undefined while there is none
 */
export function lateSink(listener: () => LateListener | undefined): PrefixSink {
  return {
    beginSnapshot() {
      const writer = listener()?.beginSnapshot();
      if (writer !== undefined) return writer;
      return {
        add: () => undefined,
        commit: (revision) => listener()?.tellAll(revision),
        abort: () => undefined,
      };
    },
    applyChanges: (changes, revision) => listener()?.applyChanges(changes, revision),
  };
}
