import type { ResourceRecord } from '@wharf/dns-wire';
import { nameIdentity } from '../records/names.ts';

/** The items in order, beginning somewhere else: `turn`, in [0, 1), says how far along. */
export function rotate<T>(items: readonly T[], turn: number): readonly T[] {
  const first = Math.floor(turn * items.length);
  return first === 0 ? items : [...items.slice(first), ...items.slice(0, first)];
}

/**
 * Makes RRsets of records: none twice (RFC 2181, section 5), and one TTL, the smallest, for all of a set (section 5.2).
 * The order stays.
 */
export function unifySets(records: readonly ResourceRecord[]): readonly ResourceRecord[] {
  if (records.length < 2) return records;
  const ttls = new Map<string, number>();
  const kept = new Map<string, { readonly set: string; readonly record: ResourceRecord }>();
  for (const record of records) {
    const set = `${nameIdentity(record.name)}\n${record.type}`;
    ttls.set(set, Math.min(ttls.get(set) ?? record.ttl, record.ttl));
    const identity = `${set}\n${dataIdentity(record)}`;
    if (!kept.has(identity)) kept.set(identity, { set, record });
  }
  return Array.from(kept.values(), ({ set, record }) => withTtl(record, ttls.get(set) ?? record.ttl));
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
    case 'TXT':
      return record.strings.join('\0');
    case 'MX':
    case 'HINFO':
    case 'SOA':
    case 'UNKNOWN':
      return JSON.stringify(record);
    default:
      return record satisfies never;
  }
}
