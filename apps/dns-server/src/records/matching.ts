import type { Labels } from '@wharf/record-schema';
import type { IndexedRecord } from './indexed-record.ts';
import type { RecordIndex } from './record-index.ts';

/**
 * Which records a name answers with:
 * - `subtree`: all at and below it, as in SkyDNS.
 * - `replicas`: its own, or, where it has none, those one level below it, where registrars put a service's instances.
 * - `exact`: its own.
 */
export type Matching = 'subtree' | 'replicas' | 'exact';

export const matchings = ['subtree', 'replicas', 'exact'] as const satisfies readonly Matching[];

/** The records that `name` answers with, at most `limit`; undefined when the name does not exist. */
export function matchRecords(
  index: RecordIndex,
  name: Labels,
  matching: Matching,
  limit: number,
): readonly IndexedRecord[] | undefined {
  if (matching === 'subtree') return index.collect(name, limit)?.records;
  const own = ownRecords(index, name, limit);
  return matching === 'exact' || own === undefined || own.length > 0 ? own : recordsOneBelow(index, name, limit);
}

/** Tried first: a name has one record of its own, unless there are keys that differ in case. */
const FEW_RECORDS = 2;

/** The records of `name` itself, at most `limit`, which come before those below it; undefined when it does not exist. */
export function ownRecords(index: RecordIndex, name: Labels, limit: number): readonly IndexedRecord[] | undefined {
  const isOwn = (record: IndexedRecord): boolean => record.name.length === name.length;
  const few = index.collect(name, Math.min(FEW_RECORDS, limit));
  if (few === undefined || !few.isCut || !few.records.every(isOwn)) return few?.records.filter(isOwn);
  return index.collect(name, limit)?.records.filter(isOwn);
}

function recordsOneBelow(index: RecordIndex, name: Labels, limit: number): readonly IndexedRecord[] {
  const records: IndexedRecord[] = [];
  for (const label of index.labelsBelow(name, limit)) {
    if (records.length >= limit) break;
    records.push(...(ownRecords(index, [label, ...name], limit - records.length) ?? []));
  }
  return records;
}
