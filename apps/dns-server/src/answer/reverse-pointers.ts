import type { Labels } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';
import { isWithin, nameIdentity } from '../records/names.ts';
import { stubZonesName } from '../upstream/stub-zones.ts';
import { serviceTarget } from './service-target.ts';
import type { ZoneLookup } from './zone.ts';

/** Most names that one address has: a host with hundreds of services is known by few of them. */
export const MAX_POINTERS = 100;

/**
 * Records of a reverse name for records that have its address: each points to the name that SRV gives as that record's
 * host. Left out are those outside of the zones, those with a wildcard, which name no host, and name servers of stub
 * zones, which are others' hosts.
 * @param records in any order
 */
export function reversePointers(
  reverseName: Labels,
  records: readonly IndexedRecord[],
  zoneOf: ZoneLookup,
): readonly IndexedRecord[] {
  const pointers = new Map<string, IndexedRecord>();
  for (const record of records.toSorted((one, other) => (one.key < other.key ? -1 : 1))) {
    if (pointers.size === MAX_POINTERS) break;
    const target = serviceTarget(record);
    const zone = target === undefined || target.includes('*') ? undefined : zoneOf(target);
    if (target === undefined || zone === undefined || isWithin(record.name, stubZonesName(zone.domain))) continue;
    const identity = nameIdentity(target);
    if (pointers.has(identity)) continue;
    pointers.set(identity, { ...record, name: reverseName, isNameUsable: true, host: { type: 'name', name: target } });
  }
  return [...pointers.values()];
}
