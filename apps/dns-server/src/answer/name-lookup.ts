import { canonicalLabel, type Labels } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';
import { type Matching, matchRecords } from '../records/matching.ts';
import { nameIdentity } from '../records/names.ts';
import { hasWildcard, matchingNames } from '../records/question-wildcards.ts';
import type { RecordIndex } from '../records/record-index.ts';
import { parseReverseName } from '../records/reverse-name.ts';
import { selectRecords } from '../records/select-records.ts';
import type { NameList, NameLookup } from './context.ts';
import { serviceTypesOf } from './discovery.ts';
import { discoveryDomain, parseDiscoveryName, SUBTYPES } from './discovery-name.ts';
import { ownNames, type ServerIdentity } from './own-names.ts';
import { reversePointers } from './reverse-pointers.ts';
import { sourceOfSynthesis, synthesizedRecords } from './stored-wildcards.ts';
import { apexHostsName, createZoneLookup, isApex, localName, nameServerName, type Zone } from './zone.ts';

/** Most records that one name answers with: all that fits into the largest message, more or less. */
export const MAX_RECORDS_PER_NAME = 1_000;

export interface NameLookupOptions {
  readonly zones: readonly Zone[];
  readonly server: ServerIdentity;
  /** Which records a name answers with. */
  readonly matching: Matching;
  /** Whether records whose first label is `*` answer for names that do not exist (RFC 4592). */
  readonly wildcards: boolean;
  /** The records as of now. */
  readonly index: () => RecordIndex;
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
  const apexHosts = new Map(zones.map((zone) => [nameIdentity(zone.domain), apexHostsName(zone)]));
  const locals = new Set(zones.map((zone) => nameIdentity(localName(zone))));
  const aboutServers = new Set(
    zones.flatMap((zone) => [nameServerName(zone), localName(zone), apexHostsName(zone)].map(nameIdentity)),
  );
  const listBelow = createNameList(index);

  /** What is said about servers, and about addresses, takes several records only by labels below the name. */
  const matchingOf = (name: Labels): Matching => {
    const reverse = parseReverseName(name);
    if (reverse !== undefined) return reverse.isNetwork ? 'exact' : 'subtree';
    if (options.matching === 'subtree') return 'subtree';
    return aboutServers.has(nameIdentity(name)) ? 'subtree' : options.matching;
  };

  const recordsAt = (name: Labels, limit: number): readonly IndexedRecord[] | undefined => {
    const records = matchRecords(index(), name, matchingOf(name), limit);
    return records && withoutSubtypes(name, records, zoneOf(name));
  };

  const stored = (name: Labels): readonly IndexedRecord[] | undefined => {
    const identity = nameIdentity(name);
    const hosts = apexHosts.get(identity);
    const ofHosts = hosts && recordsAt(hosts, MAX_RECORDS_PER_NAME);
    if (ofHosts !== undefined && ofHosts.length > 0) return selectRecords(ofHosts);
    const target = locals.has(identity) ? (server.localTarget ?? name) : name;
    const records = recordsAt(target, MAX_RECORDS_PER_NAME);
    return records && selectRecords(records);
  };

  const ofItself = (name: Labels, zone: Zone): readonly IndexedRecord[] | undefined =>
    own.get(nameIdentity(name)) ?? (isDiscoveryStart(name, zone, listBelow) ? [] : undefined);

  const matchingQuestion = (name: Labels, zone: Zone): readonly IndexedRecord[] | undefined => {
    const labelsBefore = name.length - zone.domain.length;
    if (!hasWildcard(name, labelsBefore)) return undefined;
    const { names, isCut } = matchingNames(index(), name, labelsBefore);
    // A name may match among those that were not looked at: then it may exist.
    let matching: IndexedRecord[] | undefined = isCut ? [] : undefined;
    for (const found of names) {
      const records = recordsAt(found, MAX_RECORDS_PER_NAME - (matching?.length ?? 0));
      if (records !== undefined) (matching ??= []).push(...records);
      if (matching?.length === MAX_RECORDS_PER_NAME) break;
    }
    return matching && selectRecords(matching);
  };

  const synthesized = (name: Labels, zone: Zone): readonly IndexedRecord[] | undefined => {
    if (!options.wildcards) return undefined;
    const exists = (above: Labels): boolean =>
      index().collect(above, 1) !== undefined || ofItself(above, zone) !== undefined;
    const records = stored(sourceOfSynthesis(name, zone, exists));
    return records && synthesizedRecords(name, records);
  };

  const pointersOf = (name: Labels): readonly IndexedRecord[] => {
    const address = parseReverseName(name)?.address;
    if (address === undefined || options.recordsOfAddress === undefined) return [];
    return reversePointers(name, options.recordsOfAddress(address), zoneOf);
  };

  return (name) => {
    const zone = zoneOf(name);
    const records = stored(name);
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

/** A service answers with its instances, not once more with those that its subtypes name (RFC 6763, section 7.1). */
function withoutSubtypes(
  name: Labels,
  records: readonly IndexedRecord[],
  zone: Zone | undefined,
): readonly IndexedRecord[] {
  if (parseDiscoveryName(name, zone)?.kind !== 'service') return records;
  return records.filter((record) => canonicalLabel(record.name.at(-1 - name.length) ?? '') !== SUBTYPES);
}
