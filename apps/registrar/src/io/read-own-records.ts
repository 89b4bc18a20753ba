import type { Entry, KeyStore } from '@wharf/etcd-client';
import type { Tenure } from '../ownership/tenure.ts';
import type { StoredRecord } from '../sync/plan-sync.ts';

/** How many keys are read at a time. */
const CONCURRENT_READS = 32;

/**
 * For more keys than this, everything below what they have in common is listed, be it ours or not: one page of a list
 * brings thousands in the time of a few dozen reads.
 */
const LIST_ABOVE = 1000;

/**
 * Reads which records of ours the store holds: the keys on our leases, and the value of each that `known` does not
 * have. A key that somebody else wrote over no longer hangs on our lease, and so is not among them.
 * @param known what was read or written before; empty when nothing is known for certain
 * @param claimKey hangs on our lease too, and is no record
 * @returns undefined when the store does not know the present lease (any more)
 */
export async function readOwnRecords(
  store: KeyStore,
  tenure: Pick<Tenure, 'lease' | 'formerLeases'>,
  known: ReadonlyMap<string, StoredRecord>,
  claimKey: string,
): Promise<Map<string, StoredRecord> | undefined> {
  const records = new Map<string, StoredRecord>();
  const unread: string[] = [];
  const leases = [tenure.lease, ...tenure.formerLeases];
  for (const lease of leases) {
    const state = await store.inspectLease(lease);
    if (state === undefined && lease === tenure.lease) return undefined;
    for (const key of state?.keys ?? []) {
      const before = known.get(key);
      if (before?.lease === lease) records.set(key, before);
      else if (key !== claimKey) unread.push(key);
    }
  }
  const entries = unread.length > LIST_ABOVE ? await listAmong(store, unread) : await readEach(store, unread);
  for (const entry of entries) {
    if (leases.includes(entry.lease)) records.set(entry.key, { value: entry.value, lease: entry.lease });
  }
  return records;
}

async function readEach(store: KeyStore, keys: readonly string[]): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (let at = 0; at < keys.length; at += CONCURRENT_READS) {
    const batch = await Promise.all(keys.slice(at, at + CONCURRENT_READS).map((key) => store.get(key)));
    for (const entry of batch) if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

async function listAmong(store: KeyStore, keys: readonly string[]): Promise<readonly Entry[]> {
  const wanted = new Set(keys);
  const found: Entry[] = [];
  for await (const { entries } of store.list(commonFolder(keys))) {
    for (const entry of entries) if (wanted.has(entry.key)) found.push(entry);
  }
  return found;
}

/** The longest beginning that ends in a slash and that all keys have in common. */
function commonFolder(keys: readonly string[]): string {
  const [first = ''] = keys;
  let length = first.length;
  for (const key of keys) while (!key.startsWith(first.slice(0, length))) length--;
  const common = first.slice(0, length);
  return common.slice(0, common.lastIndexOf('/') + 1);
}
