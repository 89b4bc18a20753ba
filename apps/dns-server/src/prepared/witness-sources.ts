import type { LeaseId } from '@wharf/etcd-client';
import type { Labels } from '@wharf/record-schema';
import type { AnswerSources } from '../answer/create-answerer.ts';
import type { LeaseEnd } from '../io/lease-tracker.ts';
import type { IndexedRecord } from '../records/indexed-record.ts';
import { isWithin } from '../records/names.ts';
import type { RecordIndex, Stamp } from '../records/record-index.ts';

/** Most names and leases that a kept reply may depend on: each is looked at whenever it is used. */
const MAX_STAMPS = 64;

/** What an answer was made of. */
export interface Witness {
  /** What is unchanged for as long as the answer is right; undefined when that cannot be said. */
  readonly stamps: readonly Stamp[] | undefined;
  /** Whether there are leases among that. */
  readonly hasLeases: boolean;
  /** The leases that its TTLs may depend on and whose ends are known, by when they end, the earliest first. */
  readonly leaseEnds: readonly KnownLeaseEnd[];
}

/** A lease's end that is known, and may be known otherwise later: its version says so. */
export interface KnownLeaseEnd {
  readonly lease: LeaseId;
  /** On the monotonic clock. */
  readonly endsMs: number;
}

/**
 * What leases say about TTLs while an answer is made:
 * - `caps`: nothing, so that each TTL is what the records and the configuration allow.
 * - `ranks`: only which of those of the last witness ends first: 1 is the earliest, and records allow any TTL.
 */
type LeaseMode = 'caps' | 'ranks';

/** Sources that note what an answer takes from them. */
export interface WitnessedSources extends AnswerSources {
  /** Forgets what was noted. */
  begin(mode: 'caps'): void;
  /** Gives ranks to the leases that were noted. */
  begin(mode: 'ranks', ends: readonly KnownLeaseEnd[]): void;
  witness(): Witness;
}

export interface WitnessOptions {
  readonly sources: Omit<AnswerSources, 'random'>;
  /** Undefined: nothing can be said about this lease, not even that it is unknown. */
  readonly leaseEnd: (lease: LeaseId) => LeaseEnd | undefined;
  /** In [0, 1). */
  readonly turn: () => number;
}

export function witnessSources({ sources, leaseEnd, turn }: WitnessOptions): WitnessedSources {
  let mode: LeaseMode = 'caps';
  let names: Labels[] = [];
  let stamps: Stamp[] = [];
  let isComplete = true;
  let leases = new Map<LeaseId, LeaseEnd>();
  let ranks: ReadonlyMap<LeaseId, number> = new Map();

  const note = (stamp: Stamp): void => {
    if (stamps.length === MAX_STAMPS) isComplete = false;
    else stamps.push(stamp);
  };
  const noteName = (index: RecordIndex, name: Labels): void => {
    if (mode === 'ranks' || !isComplete) return;
    // A change at or below a name is one of the name.
    if (names.some((noted) => isWithin(name, noted))) return;
    names.push(name);
    note(index.stampOf(name));
  };

  /** Every method by its own line: one that is new must not go unnoticed. */
  const watch = (index: RecordIndex): RecordIndex => ({
    get size() {
      return index.size;
    },
    leases: index.leases,
    put: (name, record) => index.put(name, record),
    remove: (name, key) => index.remove(name, key),
    get(name, key) {
      noteName(index, name);
      const found = index.get(name, key);
      return mode === 'caps' ? found : found && withoutTtl(found);
    },
    own(name, limit) {
      noteName(index, name);
      const found = index.own(name, limit);
      return mode === 'caps' ? found : found?.map(withoutTtl);
    },
    collect(name, limit) {
      noteName(index, name);
      const found = index.collect(name, limit);
      return mode === 'caps' || found === undefined ? found : { ...found, records: found.records.map(withoutTtl) };
    },
    listBelow(name, limit) {
      noteName(index, name);
      const found = index.listBelow(name, limit);
      return mode === 'caps' ? found : found.map((below) => ({ ...below, record: withoutTtl(below.record) }));
    },
    labelsBelow(name, limit) {
      noteName(index, name);
      return index.labelsBelow(name, limit);
    },
    records: () => index.records(),
    stampOf: (name) => index.stampOf(name),
    mayExist: (hash) => index.mayExist(hash),
  });
  let watched = sources.index();
  let watching = watch(watched);

  return {
    ...sources,
    random: turn,
    index() {
      const index = sources.index();
      if (index !== watched) {
        watched = index;
        watching = watch(index);
      }
      return watching;
    },
    // Nothing tells when these change.
    recordsOfAddress(address) {
      isComplete = false;
      return sources.recordsOfAddress(address).map((record) => (mode === 'caps' ? record : withoutTtl(record)));
    },
    remainingSeconds(lease) {
      if (mode === 'ranks') return ranks.get(lease);
      const end = leases.get(lease) ?? leaseEnd(lease);
      if (end === undefined) {
        isComplete = false;
        return undefined;
      }
      if (!leases.has(lease)) {
        leases.set(lease, end);
        note(end);
      }
      // Nobody asks the store about it before an answer has needed it.
      return end.endsMs === undefined ? sources.remainingSeconds(lease) : Number.POSITIVE_INFINITY;
    },
    begin(next: LeaseMode, ends: readonly KnownLeaseEnd[] = []) {
      mode = next;
      names = [];
      stamps = [];
      isComplete = true;
      leases = new Map();
      ranks = new Map(ends.map(({ lease }, at) => [lease, at + 1]));
    },
    witness() {
      const leaseEnds = [...leases].flatMap(([lease, { endsMs }]) => (endsMs === undefined ? [] : [{ lease, endsMs }]));
      leaseEnds.sort((one, other) => one.endsMs - other.endsMs);
      return { stamps: isComplete ? stamps : undefined, hasLeases: leases.size > 0, leaseEnds };
    },
  };
}

function withoutTtl(record: IndexedRecord): IndexedRecord {
  const { ttl: _, ...service } = record.service;
  return { ...record, service };
}
