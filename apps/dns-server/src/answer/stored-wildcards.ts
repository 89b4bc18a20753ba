import type { Labels } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';
import type { Zone } from './zone.ts';

/**
 * The name whose records a name of the zone that does not exist has: `*` below the closest name above it that exists
 * (RFC 4592, section 3.3.1).
 * @param exists false for all names below one that does not exist
 */
export function sourceOfSynthesis(name: Labels, zone: Zone, exists: (name: Labels) => boolean): Labels {
  let first = name.length - zone.domain.length;
  while (first > 1 && exists(name.slice(first - 1))) first--;
  return ['*', ...name.slice(first)];
}

/** The records of a wildcard as those of `name`, which is also what they name as their host (RFC 4592, section 2.1). */
export function synthesizedRecords(name: Labels, records: readonly IndexedRecord[]): readonly IndexedRecord[] {
  return records.map((record) => ({ ...record, name, isNameUsable: true }));
}
