import type { AaaaRecord, ARecord } from '@wharf/dns-wire';
import type { Labels } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';
import { nameIdentity } from '../records/names.ts';
import type { AnswerContext } from './context.ts';
import { outsideAddresses } from './outside-addresses.ts';

/** Longest chain of names that is followed, as in SkyDNS. */
export const MAX_CHAIN_LINKS = 8;

/** Most names behind one name whose addresses are looked for. */
export const MAX_NAMES_BEHIND = 100;

/** After so many records behind one name, no further name is looked up: a question must not take long. */
export const MAX_RECORDS_BEHIND = 10_000;

export interface Address {
  readonly type: 'A' | 'AAAA';
  readonly address: string;
  readonly ttlSeconds: number;
}

/**
 * The addresses behind records of `name`: their own, and those behind the names that they point to, in the zones or, as far
 * as that is known, outside of them. No name is visited twice, so loops end, and no more than `MAX_NAMES_BEHIND` are visited,
 * fewer when they have more than `MAX_RECORDS_BEHIND` records.
 */
export function addressesBehind(
  name: Labels,
  records: readonly IndexedRecord[],
  context: AnswerContext,
): readonly Address[] {
  const addresses: Address[] = [];
  const visited = new Set([nameIdentity(name)]);
  let seen = 0;
  const visit = (records: readonly IndexedRecord[], ceilingSeconds: number, links: number): void => {
    seen += records.length;
    for (const record of records) {
      const ttlSeconds = Math.min(ceilingSeconds, context.ttlOf(record));
      const address = addressOf(record, ttlSeconds);
      if (address !== undefined) addresses.push(address);
      if (record.host?.type !== 'name' || links === MAX_CHAIN_LINKS) continue;
      if (visited.size > MAX_NAMES_BEHIND || seen > MAX_RECORDS_BEHIND) continue;
      const target = record.host.name;
      if (visited.has(nameIdentity(target))) continue;
      visited.add(nameIdentity(target));
      if (context.zoneOf(target) === undefined) addresses.push(...addressesElsewhere(target, ttlSeconds, context));
      else visit(context.lookUp(target) ?? [], ttlSeconds, links + 1);
    }
  };
  visit(records, Number.POSITIVE_INFINITY, 0);
  return addresses;
}

function addressesElsewhere(name: Labels, ceilingSeconds: number, context: AnswerContext): readonly Address[] {
  return outsideAddresses(name, context).map(({ type, address, ttl }) => ({
    type,
    address,
    ttlSeconds: Math.min(ttl, ceilingSeconds),
  }));
}

/** The record's own address; undefined when it has none, or a name. */
export function addressOf({ host }: IndexedRecord, ttlSeconds: number): Address | undefined {
  if (host === undefined || host.type === 'name') return undefined;
  return { type: host.type === 'ipv4' ? 'A' : 'AAAA', address: host.address, ttlSeconds };
}

/** The resource record that says that `name` has this address. */
export function addressRecord(name: Labels, { type, address, ttlSeconds }: Address): ARecord | AaaaRecord {
  return { name, class: 'IN', ttl: ttlSeconds, type, address };
}
