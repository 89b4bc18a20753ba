import { type Change, type Entry, NO_LEASE, type PrefixSink, type Revision } from '@wharf/etcd-client';
import type { Labels } from '@wharf/record-schema';
import { type AddressIndex, createAddressIndex } from './address-index.ts';
import { type IndexedRecord, nameOfKey, parseEntry, parseKey } from './indexed-record.ts';
import { createRecordIndex, type RecordIndex } from './record-index.ts';
import { createRejectedRecords, type RejectedRecords } from './rejected-records.ts';

export interface ZoneDataOptions {
  /** Path of the records in the store: `skydns`. */
  readonly prefix: string;
  /** 32 random bits for the index: see `RecordIndexOptions`. */
  readonly nameSeed: number;
  /** Told of each record that cannot be read; `reason` continues a sentence that names the key. */
  readonly onRejected: (key: string, reason: string) => void;
  /** Told after a snapshot has taken over, and after the changes of each revision. */
  readonly onUpdated: (revision: Revision) => void;
  /** Told of each record that the store has changed; undefined is one that is gone or cannot be read any more. */
  readonly onChanged?: (key: string, record: IndexedRecord | undefined) => void;
  /** Told before `onUpdated` when a listing of the store has taken the place of all records. */
  readonly onReplaced?: () => void;
}

/** Collects last known records out of sight; exactly one of `commit` and `abort` ends it. */
export interface ZoneRestore {
  put(key: string, value: string): void;
  remove(key: string): void;
  /** Puts what was collected in the place of all records, in one step, as of the store's `revision`. */
  commit(revision: Revision): void;
  abort(): void;
}

/** What the store holds, as the server answers from it. */
export interface ZoneData {
  /** The records as of now: ask again for each question, a new snapshot is a new index. */
  readonly index: RecordIndex;
  /** Keys whose records cannot be read, and why, at most 100,000. They answer nothing; their neighbours do. */
  readonly rejected: ReadonlyMap<string, string>;
  /** The leases that records hang on, with how many records each. */
  readonly leases: RecordIndex['leases'];
  /** Where the follower of the store's prefix writes. */
  readonly sink: PrefixSink;
  /**
   * Begins to take records from elsewhere than the store, before the store has been read. They hang on no lease: what
   * is known of those is not known any more.
   */
  restore(): ZoneRestore;
  /**
   * Begins to keep the addresses of records, or to forget them.
   * @returns what takes in the records that are there already, one with each step: it is to be run to its end, in as
   * many slices as one likes
   */
  keepAddresses(isKept: boolean): Iterable<void>;
  /** The records whose host is this address, in no order, at most 200; none while addresses are not kept. */
  recordsOfAddress(address: string): readonly IndexedRecord[];
}

/** Most records of one address: a host that has more services is known by enough of them. */
const MAX_RECORDS_PER_ADDRESS = 200;

interface Snapshot {
  readonly index: RecordIndex;
  /** Undefined while addresses are not kept. */
  addresses: AddressIndex | undefined;
  readonly rejected: RejectedRecords;
}

/**
 * Keeps all records under a path as the store reports them, whichever domain they are of. A snapshot is built beside
 * the one that answers and takes its place in one step; changes are applied in place, all of one revision before
 * anybody reads.
 */
export function createZoneData(options: ZoneDataOptions): ZoneData {
  let keepsAddresses = false;
  /** The one that answers, and those that are being built. */
  const snapshots = new Set<Snapshot>();
  const begin = (): Snapshot => {
    const snapshot: Snapshot = {
      index: createRecordIndex(options),
      addresses: keepsAddresses ? createAddressIndex() : undefined,
      rejected: createRejectedRecords(),
    };
    snapshots.add(snapshot);
    return snapshot;
  };
  let current = begin();
  const replaceBy = (next: Snapshot): void => {
    snapshots.delete(current);
    current = next;
  };

  return {
    get index() {
      return current.index;
    },
    get rejected() {
      return current.rejected.reasons;
    },
    get leases() {
      return current.index.leases;
    },
    sink: {
      beginSnapshot() {
        const next = begin();
        return {
          add(entries) {
            for (const entry of entries) putEntry(next, entry, options);
          },
          commit(revision) {
            replaceBy(next);
            options.onReplaced?.();
            options.onUpdated(revision);
          },
          abort() {
            snapshots.delete(next);
          },
        };
      },
      applyChanges(changes, revision) {
        for (const change of changes) applyChange(current, change, options);
        options.onUpdated(revision);
      },
    },
    restore() {
      const next = begin();
      return {
        put: (key, value) => putEntry(next, { ...UNLEASED, key, value }, options),
        remove(key) {
          const name = nameOfKey(options.prefix, key);
          if (name !== undefined) removeKey(next, name, key);
        },
        commit(revision) {
          replaceBy(next);
          options.onUpdated(revision);
        },
        abort() {
          snapshots.delete(next);
        },
      };
    },
    *keepAddresses(isKept) {
      keepsAddresses = isKept;
      for (const snapshot of snapshots) {
        if (!isKept) snapshot.addresses = undefined;
        else if (snapshot.addresses === undefined) yield* takeInAddresses(snapshot);
      }
    },
    recordsOfAddress(address) {
      const keys = current.addresses?.keysOf(address, MAX_RECORDS_PER_ADDRESS) ?? [];
      return keys.flatMap((key) => current.index.get(nameOfKey(options.prefix, key) ?? [], key) ?? []);
    },
  };
}

/** Whatever changes meanwhile is taken in as well, since `addresses` is there from the first step on. */
function* takeInAddresses(snapshot: Snapshot): Generator<void, void> {
  const addresses = createAddressIndex();
  snapshot.addresses = addresses;
  for (const { name, key } of snapshot.index.records()) {
    if (snapshot.addresses !== addresses) return;
    // It may have changed since the step before this one.
    const record = snapshot.index.get(name, key);
    if (record !== undefined) addresses.add(record);
    yield;
  }
}

/** What an entry has that is not known any more. */
const UNLEASED = { createRevision: 0, modRevision: 0, lease: NO_LEASE } as const;

function applyChange(snapshot: Snapshot, change: Change, options: ZoneDataOptions): void {
  const key = change.type === 'put' ? change.entry.key : change.key;
  const name = parseKey(options.prefix, key);
  if (name === undefined) return;
  if (!name.ok) {
    if (change.type === 'put') reject(snapshot, key, name.error, options);
    else snapshot.rejected.delete(key);
    return;
  }
  const record = change.type === 'put' ? putRecord(snapshot, name.value, change.entry, options) : undefined;
  if (change.type === 'delete') removeKey(snapshot, name.value, key);
  options.onChanged?.(key, record);
}

function putEntry(snapshot: Snapshot, entry: Entry, options: ZoneDataOptions): void {
  const name = parseKey(options.prefix, entry.key);
  if (name === undefined) return;
  if (name.ok) putRecord(snapshot, name.value, entry, options);
  else reject(snapshot, entry.key, name.error, options);
}

/**
 * A record that became unreadable is gone: what it said before is not what its owner says now.
 * @returns undefined when it cannot be read
 */
function putRecord(
  snapshot: Snapshot,
  name: Labels,
  entry: Entry,
  options: ZoneDataOptions,
): IndexedRecord | undefined {
  const parsed = parseEntry(name, entry);
  if (!parsed.ok) {
    removeKey(snapshot, name, entry.key);
    reject(snapshot, entry.key, parsed.error, options);
    return undefined;
  }
  snapshot.rejected.delete(entry.key);
  forgetAddress(snapshot, name, entry.key);
  snapshot.index.put(name, entry);
  snapshot.addresses?.add(parsed.value);
  return parsed.value;
}

function reject(snapshot: Snapshot, key: string, reason: string, options: ZoneDataOptions): void {
  snapshot.rejected.set(key, reason);
  options.onRejected(key, reason);
}

function removeKey(snapshot: Snapshot, name: Labels, key: string): void {
  snapshot.rejected.delete(key);
  forgetAddress(snapshot, name, key);
  snapshot.index.remove(name, key);
}

function forgetAddress(snapshot: Snapshot, name: Labels, key: string): void {
  if (snapshot.addresses === undefined) return;
  const earlier = snapshot.index.get(name, key);
  if (earlier !== undefined) snapshot.addresses.remove(earlier);
}
