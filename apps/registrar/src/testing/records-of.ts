import type { Change, KeyStore } from '@wharf/etcd-client';
import { eventually } from '@wharf/testkit';
import { expect } from 'vitest';

const RECORDS = '/skydns/';
/** A key that is no record. */
const MARK = '/mark';

/** All records of a store by key, with their values. */
export async function recordsOf(store: KeyStore): Promise<Record<string, string>> {
  const records: Record<string, string> = {};
  for await (const { entries } of store.list(RECORDS)) {
    for (const { key, value } of entries) records[key] = value;
  }
  return records;
}

/** What happened to the records of a store. */
export interface RecordWatch {
  /**
   * Every change since the start, as `put <key>` and `delete <key>`. None that was made before this call is missing: a
   * store may answer with what it has not told its watches yet, so a mark is written, and what was before it has come
   * when the mark has.
   */
  changes(): Promise<readonly string[]>;
  stop(): void;
}

/** Notes every change of a record from now on. */
export async function watchRecords(store: KeyStore): Promise<RecordWatch> {
  const seen: string[] = [];
  let newest = 0;
  for await (const page of store.list(RECORDS)) newest = page.revision;
  const stream = store.watch('/', newest + 1, {
    onOpen: () => undefined,
    onChanges(changes, revision) {
      newest = revision;
      seen.push(...changes.filter((change) => keyOf(change).startsWith(RECORDS)).map(describe));
    },
    onEnd: () => undefined,
  });
  return {
    async changes() {
      const { revision } = await store.transact({ guards: [], operations: [{ type: 'put', key: MARK, value: '' }] });
      await eventually('the watch', () => expect(newest).toBeGreaterThanOrEqual(revision), { timeoutMs: 60_000 });
      return [...seen];
    },
    stop: () => stream.close(),
  };
}

function describe(change: Change): string {
  return `${change.type} ${keyOf(change)}`;
}

function keyOf(change: Change): string {
  return change.type === 'put' ? change.entry.key : change.key;
}
