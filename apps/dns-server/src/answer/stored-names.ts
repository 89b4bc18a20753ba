import { canonicalLabel, type Labels } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';
import { type Matching, matchRecords } from '../records/matching.ts';
import { nameIdentity } from '../records/names.ts';
import type { RecordIndex } from '../records/record-index.ts';
import { parseReverseName } from '../records/reverse-name.ts';
import { selectRecords } from '../records/select-records.ts';
import { parseDiscoveryName, SUBTYPES } from './discovery-name.ts';
import type { ServerIdentity } from './own-names.ts';
import { apexHostsName, createZoneLookup, localName, nameServerName, type Zone } from './zone.ts';

/** Most records that one name answers with: all that fits into the largest message, more or less. */
export const MAX_RECORDS_PER_NAME = 1_000;

export interface StoredNamesOptions {
  readonly zones: readonly Zone[];
  readonly server: Pick<ServerIdentity, 'localTarget'>;
  /** Which records a name answers with. */
  readonly matching: Matching;
  /** The records as of now. */
  readonly index: () => RecordIndex;
}

/** What is stored under names; what they answer with is undefined when they do not exist. */
export interface StoredNames {
  /** The records that match a name, at most `limit`. */
  matchesOf(name: Labels, limit: number): readonly IndexedRecord[] | undefined;
  /** The records that a name answers with; a domain has those of `apex.dns`, and `local.dns` those of the server's name. */
  recordsOf(name: Labels): readonly IndexedRecord[] | undefined;
}

export function createStoredNames({ zones, server, matching, index }: StoredNamesOptions): StoredNames {
  const zoneOf = createZoneLookup(zones);
  const apexHosts = new Map(zones.map((zone) => [nameIdentity(zone.domain), apexHostsName(zone)]));
  const locals = new Set(zones.map((zone) => nameIdentity(localName(zone))));
  const aboutServers = new Set(
    zones.flatMap((zone) => [nameServerName(zone), localName(zone), apexHostsName(zone)].map(nameIdentity)),
  );

  /** What is said about servers, and about addresses, takes several records only by labels below the name. */
  const matchingOf = (name: Labels): Matching => {
    const reverse = parseReverseName(name);
    if (reverse !== undefined) return reverse.isNetwork ? 'exact' : 'subtree';
    if (matching === 'subtree') return 'subtree';
    return aboutServers.has(nameIdentity(name)) ? 'subtree' : matching;
  };

  const matchesOf = (name: Labels, limit: number): readonly IndexedRecord[] | undefined => {
    const records = matchRecords(index(), name, matchingOf(name), limit);
    return records && withoutSubtypes(name, records, zoneOf(name));
  };

  return {
    matchesOf,
    recordsOf(name) {
      const identity = nameIdentity(name);
      const hosts = apexHosts.get(identity);
      const ofHosts = hosts && matchesOf(hosts, MAX_RECORDS_PER_NAME);
      if (ofHosts !== undefined && ofHosts.length > 0) return selectRecords(ofHosts);
      const target = locals.has(identity) ? (server.localTarget ?? name) : name;
      const records = matchesOf(target, MAX_RECORDS_PER_NAME);
      return records && selectRecords(records);
    },
  };
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
