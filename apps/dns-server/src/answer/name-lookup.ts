import { canonicalLabel, type Labels } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';
import { nameIdentity } from '../records/names.ts';
import type { RecordIndex } from '../records/record-index.ts';
import { selectRecords } from '../records/select-records.ts';
import type { NameList, NameLookup } from './context.ts';
import { serviceTypesOf } from './discovery.ts';
import { discoveryDomain, parseDiscoveryName, SUBTYPES } from './discovery-name.ts';
import { createZoneLookup, isApex, localName, nameServerName, type Zone } from './zone.ts';

/** Most records that one name answers with: all that fits into the largest message, more or less. */
export const MAX_RECORDS_PER_NAME = 1_000;

/** What the server can say about itself where no record does. */
export interface ServerIdentity {
  /** Its own addresses; none when it listens on all of them and was not told. */
  readonly addresses: readonly string[];
  /** The name that `local.dns.<domain>` answers as, if one was given; it goes before any record. */
  readonly localTarget?: Labels;
}

/**
 * Looks names up in the records, and where these do not have them, in what the server knows about itself:
 * `ns.dns.<domain>` and `local.dns.<domain>`, and the names by which DNS-SD's clients begin to browse.
 * @param index the records as of now
 */
export function createNameLookup(zones: readonly Zone[], server: ServerIdentity, index: () => RecordIndex): NameLookup {
  const zoneOf = createZoneLookup(zones);
  const own = new Map(zones.flatMap((zone) => [...ownNames(zone, server)]));
  const local = new Set(zones.map((zone) => nameIdentity(localName(zone))));
  const listBelow = createNameList(index);

  return (name) => {
    const identity = nameIdentity(name);
    const target = local.has(identity) ? (server.localTarget ?? name) : name;
    const found = index().collect(target, MAX_RECORDS_PER_NAME);
    if (found !== undefined) return selectRecords(withoutSubtypes(target, found.records, zoneOf(target)));
    return own.get(identity) ?? (isDiscoveryStart(name, zoneOf(name), listBelow) ? [] : undefined);
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
function isDiscoveryStart(name: Labels, zone: Zone | undefined, listBelow: NameList): boolean {
  if (zone === undefined) return false;
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

/** Names that exist whatever is stored: the zone, its name server, and what lies between. */
function ownNames(zone: Zone, server: ServerIdentity): ReadonlyMap<string, readonly IndexedRecord[]> {
  const names = new Map<string, readonly IndexedRecord[]>([
    [nameIdentity(zone.domain), []],
    [nameIdentity(['dns', ...zone.domain]), []],
  ]);
  const nameServer = nameServerName(zone);
  names.set(nameIdentity(nameServer), ownRecords(nameServer, server.addresses));
  const local = localName(zone);
  if (server.localTarget === undefined && server.addresses.length > 0) {
    names.set(nameIdentity(local), ownRecords(local, server.addresses));
  }
  return names;
}

function ownRecords(name: Labels, addresses: readonly string[]): readonly IndexedRecord[] {
  return addresses.map((address) => ({
    key: `(own address ${address})`,
    name,
    isNameUsable: true,
    service: { host: address },
    host: { type: address.includes(':') ? 'ipv6' : 'ipv4', address },
  }));
}
