import { hashLabel, lowerCaseOctet } from '../records/name-hash.ts';
import type { ScannedQuery } from './scan-query.ts';

/** Where a name lies, as far as its octets say. One object is used for one name after the other. */
export interface Walk {
  /** The number of the zone, the smallest one that the name is in; -1 for none. */
  zone: number;
  /** Of the whole name, as the index has it. */
  nameHash: number;
  /** Whether it may exist without records: the zone itself, and names with certain labels below it. */
  isSpecial: boolean;
}

/** Labels that stand for others in questions, and those of DNS-SD that exist beside services. */
const SPECIAL = ['*', 'any', '_udp', '_dns-sd'].map((label) => Buffer.from(label));

/** Below a zone it holds the names of servers. */
const SERVERS = Buffer.from('dns');

/** Walks from the root to the leaf of a question's name. */
export type Walker = (packet: Uint8Array, query: ScannedQuery, into: Walk) => void;

/**
 * @param domains the zones' names as on the wire, in lower case
 * @param nameSeed of the index
 */
export function createWalker(domains: readonly Uint8Array[], nameSeed: number): Walker {
  const byHash = new Map(domains.map((domain, zone) => [hashOfWireName(domain, nameSeed), { zone, domain }]));
  const root = byHash.get(nameSeed | 0);

  return (packet, { start, nameEnd, labelCount, labelStarts }, into) => {
    into.zone = root?.zone ?? -1;
    into.isSpecial = false;
    let isTop = root !== undefined;
    let hash = nameSeed | 0;
    for (let label = labelCount - 1; label >= 0; label--) {
      const at = start + (labelStarts[label] ?? 0);
      const end = at + 1 + (packet[at] ?? 0);
      hash = hashLabel(hash, packet, at + 1, end);
      const found = byHash.get(hash);
      if (found !== undefined && equals(packet, at, nameEnd, found.domain)) {
        into.zone = found.zone;
        into.isSpecial = false;
        isTop = true;
        continue;
      }
      if (into.zone >= 0 && isSpecialLabel(packet, at + 1, end, isTop)) into.isSpecial = true;
      isTop = false;
    }
    // The zone's own name exists without records.
    if (isTop) into.isSpecial = true;
    into.nameHash = hash;
  };
}

/** Whether the name is `arpa` or below it, as names of addresses are. */
export function isBelowArpa(packet: Uint8Array, { start, nameEnd }: ScannedQuery): boolean {
  return nameEnd - ARPA.length > start && equals(packet, nameEnd - ARPA.length, nameEnd, ARPA);
}

const ARPA = Buffer.from('\u0004arpa\0');

function isSpecialLabel(packet: Uint8Array, start: number, end: number, isTop: boolean): boolean {
  if (end - start > LONGEST_SPECIAL) return false;
  for (const label of SPECIAL) if (equals(packet, start, end, label)) return true;
  return isTop && equals(packet, start, end, SERVERS);
}

const LONGEST_SPECIAL = Math.max(...SPECIAL.map(({ length }) => length));

/** Whether the octets are these, letters in either case; `expected` has none in upper case. */
function equals(octets: Uint8Array, start: number, end: number, expected: Uint8Array): boolean {
  if (end - start !== expected.length) return false;
  for (let at = 0; at < expected.length; at++) {
    if (lowerCaseOctet(octets[start + at] ?? 0) !== expected[at]) return false;
  }
  return true;
}

function hashOfWireName(name: Uint8Array, nameSeed: number): number {
  const starts: number[] = [];
  for (let at = 0; (name[at] ?? 0) !== 0; at += 1 + (name[at] ?? 0)) starts.push(at);
  return starts.reduceRight((hash, at) => hashLabel(hash, name, at + 1, at + 1 + (name[at] ?? 0)), nameSeed | 0);
}
