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
  const own = index.own(name, limit);
  return matching === 'exact' || own === undefined || own.length > 0 ? own : recordsOneBelow(index, name, limit);
}

function recordsOneBelow(index: RecordIndex, name: Labels, limit: number): readonly IndexedRecord[] {
  const records: IndexedRecord[] = [];
  for (const label of index.labelsBelow(name, limit)) {
    if (records.length >= limit) break;
    records.push(...(index.own([label, ...name], limit - records.length) ?? []));
  }
  return records;
}
