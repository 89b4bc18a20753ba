import type { Change, KeyStore, WatchEnd, WatchStream } from '../key-store.ts';

/** What a watch has reported so far. */
export interface WatchRecord {
  readonly stream: WatchStream;
  readonly opened: number;
  readonly calls: readonly { readonly revision: number; readonly changes: readonly Change[] }[];
  readonly ends: readonly WatchEnd[];
  /** Every change in short: `put /a=1`, `delete /a`. */
  readonly words: readonly string[];
}

/** Opens a watch that writes down everything it is told. */
export function recordWatch(store: KeyStore, prefix: string, fromRevision: number): WatchRecord {
  const calls: { revision: number; changes: readonly Change[] }[] = [];
  const ends: WatchEnd[] = [];
  const seen = { opened: 0 };
  const stream = store.watch(prefix, fromRevision, {
    onOpen: () => {
      seen.opened++;
    },
    onChanges: (changes, revision) => calls.push({ revision, changes }),
    onEnd: (end) => ends.push(end),
  });
  return {
    stream,
    get opened() {
      return seen.opened;
    },
    calls,
    ends,
    get words() {
      return calls.flatMap(({ changes }) => changes.map(inWords));
    },
  };
}

export function inWords(change: Change): string {
  return change.type === 'put' ? `put ${change.entry.key}=${change.entry.value}` : `delete ${change.key}`;
}
