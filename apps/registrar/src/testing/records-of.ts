import type { Change, KeyStore } from '@wharf/etcd-client';

/** All records of a store by key, with their values. */
export async function recordsOf(store: KeyStore): Promise<Record<string, string>> {
  const records: Record<string, string> = {};
  for await (const { entries } of store.list('/skydns/')) {
    for (const { key, value } of entries) records[key] = value;
  }
  return records;
}

/** Notes every change of a record, as `put <key>` and `delete <key>`, from now on. */
export async function watchRecords(store: KeyStore): Promise<{ readonly seen: string[]; stop(): void }> {
  const seen: string[] = [];
  const describe = (change: Change): string =>
    change.type === 'put' ? `put ${change.entry.key}` : `delete ${change.key}`;
  let revision = 0;
  for await (const page of store.list('/skydns/')) ({ revision } = page);
  const stream = store.watch('/skydns/', revision + 1, {
    onOpen: () => undefined,
    onChanges: (changes) => seen.push(...changes.map(describe)),
    onEnd: () => undefined,
  });
  return { seen, stop: () => stream.close() };
}
