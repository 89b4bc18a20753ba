import type { Entry } from '../key-store.ts';
import type { PrefixSink } from '../prefix-sink.ts';
import { inWords } from './record-watch.ts';

/** A sink that holds what it was given and writes down how it came to be. */
export interface CollectingSink extends PrefixSink {
  /** Key to value, sorted by key. */
  readonly held: Readonly<Record<string, string>>;
  /** In short: `begin`, `add 3`, `commit`, `abort`, `put /a=1`, `delete /a`. */
  readonly words: readonly string[];
  /** Every revision it was given, by commit or change. */
  readonly revisions: readonly number[];
}

export function createCollectingSink(): CollectingSink {
  let entries = new Map<string, Entry>();
  const words: string[] = [];
  const revisions: number[] = [];
  return {
    get held() {
      const pairs = [...entries.values()].map(({ key, value }): [string, string] => [key, value]);
      return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
    words,
    revisions,
    beginSnapshot() {
      const added = new Map<string, Entry>();
      words.push('begin');
      return {
        add(page) {
          words.push(`add ${page.length}`);
          for (const entry of page) added.set(entry.key, entry);
        },
        commit(revision) {
          words.push('commit');
          revisions.push(revision);
          entries = added;
        },
        abort() {
          words.push('abort');
        },
      };
    },
    applyChanges(changes, revision) {
      revisions.push(revision);
      for (const change of changes) {
        words.push(inWords(change));
        if (change.type === 'put') entries.set(change.entry.key, change.entry);
        else entries.delete(change.key);
      }
    },
  };
}
