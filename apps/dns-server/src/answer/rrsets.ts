import type { ResourceRecord } from '@wharf/dns-wire';
import { nameIdentity } from '../records/names.ts';

/** The items in order, beginning somewhere else: `turn`, in [0, 1), says how far along. */
export function rotate<T>(items: readonly T[], turn: number): readonly T[] {
  const first = Math.floor(turn * items.length);
  return first === 0 ? items : [...items.slice(first), ...items.slice(0, first)];
}

/** What is known of a set while its records are gone through. */
interface SetSoFar {
  ttl: number;
  /** The `dataIdentity` of its records. */
  readonly data: Set<string>;
}

/**
 * Makes RRsets of records: none twice (RFC 2181, section 5), and one TTL, the smallest, for all of a set (section 5.2).
 * The order stays.
 */
export function unifySets(records: readonly ResourceRecord[]): readonly ResourceRecord[] {
  if (records.length < 2) return records;
  const sets = new Map<string, SetSoFar>();
  const kept: { readonly set: SetSoFar; readonly record: ResourceRecord }[] = [];
  let name: ResourceRecord['name'] | undefined;
  let owner = '';
  for (const record of records) {
    // Most records have the very name of the one before.
    if (record.name !== name) owner = nameIdentity(record.name);
    ({ name } = record);
    const identity = `${owner}\n${record.type}`;
    const set = sets.get(identity) ?? { ttl: record.ttl, data: new Set() };
    sets.set(identity, set);
    set.ttl = Math.min(set.ttl, record.ttl);
    const data = dataIdentity(record);
    if (set.data.has(data)) continue;
    set.data.add(data);
    kept.push({ set, record });
  }
  return kept.map(({ set, record }) => withTtl(record, set.ttl));
}

function withTtl(record: ResourceRecord, ttl: number): ResourceRecord {
  return record.ttl === ttl ? record : { ...record, ttl };
}

/** Text that is equal exactly for equal data of one type, and cheap for the types that come in numbers. */
function dataIdentity(record: ResourceRecord): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.address;
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return nameIdentity(record.target);
    case 'SRV':
      return `${record.priority} ${record.weight} ${record.port} ${nameIdentity(record.target)}`;
    case 'MX':
      return `${record.preference} ${nameIdentity(record.exchange)}`;
    case 'TXT':
      return JSON.stringify(record.strings);
    case 'HINFO':
    case 'SOA':
    case 'UNKNOWN':
      return JSON.stringify({ ...record, name: [], ttl: 0 });
    default:
      return record satisfies never;
  }
}
