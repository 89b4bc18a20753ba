import type { CnameRecord } from '@wharf/dns-wire';
import type { Labels } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';
import { nameIdentity } from '../records/names.ts';
import { parseReverseName } from '../records/reverse-name.ts';
import { addressesBehind } from './addresses.ts';
import type { AnswerContext } from './context.ts';
import { parseDiscoveryName } from './discovery-name.ts';
import { isApex } from './zone.ts';

/**
 * The CNAME record of a name, if it has one: a name whose records all point to one other name is its alias. There is
 * never more than one and never one beside addresses (RFC 1034, section 3.6.2; RFC 2181, section 10.1): a name whose
 * records point to several is answered with the addresses behind them, and only when none of those is known here, with
 * a CNAME to one of the names outside of the zones, each in its turn. The apex, which has SOA and NS, is never an alias,
 * and neither is a name of DNS-SD or a reverse name, which have PTR or TXT.
 */
export function aliasOf(
  name: Labels,
  records: readonly IndexedRecord[],
  context: AnswerContext,
): CnameRecord | undefined {
  const zone = context.zoneOf(name);
  if (zone !== undefined && isApex(name, zone)) return undefined;
  if (parseDiscoveryName(name, zone) !== undefined || parseReverseName(name) !== undefined) return undefined;
  const targets = new Map<string, Labels>();
  let ttl = Number.POSITIVE_INFINITY;
  for (const record of records) {
    if (record.host === undefined) continue;
    if (record.host.type !== 'name') return undefined;
    targets.set(nameIdentity(record.host.name), record.host.name);
    ttl = Math.min(ttl, context.ttlOf(record));
  }
  const target = chooseTarget(name, records, [...targets.values()], context);
  return target === undefined ? undefined : { name, class: 'IN', ttl, type: 'CNAME', target };
}

function chooseTarget(
  name: Labels,
  records: readonly IndexedRecord[],
  targets: readonly Labels[],
  context: AnswerContext,
): Labels | undefined {
  if (targets.length < 2) return targets[0];
  const outside = targets.filter((target) => context.zoneOf(target) === undefined);
  if (outside.length === 0 || addressesBehind(name, records, context).length > 0) return undefined;
  return outside[Math.floor(context.turn * outside.length)];
}
