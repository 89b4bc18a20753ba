import type { Labels } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';
import { nameIdentity } from '../records/names.ts';
import { hasWildcard, matchingNames } from '../records/question-wildcards.ts';
import type { RecordIndex } from '../records/record-index.ts';
import { parseReverseName } from '../records/reverse-name.ts';
import { selectRecords } from '../records/select-records.ts';
import type { NameList, NameLookup } from './context.ts';
import { serviceTypesOf } from './discovery.ts';
import { discoveryDomain } from './discovery-name.ts';
import { ownNames, type ServerIdentity } from './own-names.ts';
import { reversePointers } from './reverse-pointers.ts';
import { createStoredNames, MAX_RECORDS_PER_NAME, type StoredNamesOptions } from './stored-names.ts';
import { sourceOfSynthesis, synthesizedRecords } from './stored-wildcards.ts';
import { createZoneLookup, isApex, type Zone } from './zone.ts';

export interface NameLookupOptions extends StoredNamesOptions {
  readonly server: ServerIdentity;
  /** Whether records whose first label is `*` answer for names that do not exist (RFC 4592). */
  readonly wildcards: boolean;
  /** The records with an address, by which reverse names that are not stored are answered; undefined: they are not. */
  readonly recordsOfAddress: ((address: string) => readonly IndexedRecord[]) | undefined;
}

/**
 * Looks names up: in the records; where these do not have them, in what the server knows about itself, which is
 * `ns.dns.<domain>`, `local.dns.<domain>`, and the names by which DNS-SD's clients begin to browse; then as a question
 * with wildcards; and then among stored wildcards. A reverse name that is in no zone exists while it has records.
 */
export function createNameLookup(options: NameLookupOptions): NameLookup {
  const { zones, server, index } = options;
  const zoneOf = createZoneLookup(zones);
  const own = new Map(
    zones.flatMap((zone) => ownNames(zone, server)).map(({ name, records }) => [nameIdentity(name), records]),
  );
  const stored = createStoredNames(options);
  const listBelow = createNameList(index);

  const ofItself = (name: Labels, zone: Zone): readonly IndexedRecord[] | undefined =>
    own.get(nameIdentity(name)) ?? (isDiscoveryStart(name, zone, listBelow) ? [] : undefined);

  const matchingQuestion = (name: Labels, zone: Zone): readonly IndexedRecord[] | undefined => {
    const labelsBefore = name.length - zone.domain.length;
    if (!hasWildcard(name, labelsBefore)) return undefined;
    const { names, isCut } = matchingNames(index(), name, labelsBefore);
    // A name may match among those that were not looked at: then it may exist.
    let matching: IndexedRecord[] | undefined = isCut ? [] : undefined;
    for (const found of names) {
      const records = stored.matchesOf(found, MAX_RECORDS_PER_NAME - (matching?.length ?? 0));
      if (records !== undefined) (matching ??= []).push(...records);
      if (matching?.length === MAX_RECORDS_PER_NAME) break;
    }
    return matching && selectRecords(matching);
  };

  const synthesized = (name: Labels, zone: Zone): readonly IndexedRecord[] | undefined => {
    if (!options.wildcards) return undefined;
    const exists = (above: Labels): boolean =>
      index().collect(above, 1) !== undefined || ofItself(above, zone) !== undefined;
    const records = stored.recordsOf(sourceOfSynthesis(name, zone, exists));
    return records && synthesizedRecords(name, records);
  };

  const pointersOf = (name: Labels): readonly IndexedRecord[] => {
    const address = parseReverseName(name)?.address;
    if (address === undefined || options.recordsOfAddress === undefined) return [];
    return reversePointers(name, options.recordsOfAddress(address), zoneOf);
  };

  return (name) => {
    const zone = zoneOf(name);
    const records = stored.recordsOf(name);
    if (records !== undefined && records.length > 0) return records;
    const pointers = pointersOf(name);
    if (pointers.length > 0) return pointers;
    if (zone === undefined) return undefined;
    return records ?? ofItself(name, zone) ?? matchingQuestion(name, zone) ?? synthesized(name, zone);
  };
}

/** Lists names from the records as of now. */
export function createNameList(index: () => RecordIndex): NameList {
  return (name) =>
    index()
      .listBelow(name, MAX_RECORDS_PER_NAME)
      .toSorted((one, other) => (one.record.key < other.record.key ? -1 : 1));
}

/** Whether `name` is one that DNS-SD has in the zone, and in each domain below it that has services. */
function isDiscoveryStart(name: Labels, zone: Zone, listBelow: NameList): boolean {
  const domain = discoveryDomain(name, zone);
  return domain !== undefined && (isApex(domain, zone) || serviceTypesOf(domain, { listBelow }).length > 0);
}
