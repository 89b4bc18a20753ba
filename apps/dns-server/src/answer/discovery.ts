import type { PtrRecord, ResourceRecord } from '@wharf/dns-wire';
import { canonicalLabel, domainProblem, type Labels } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';
import type { NameBelow } from '../records/record-index.ts';
import type { AnswerContext } from './context.ts';
import { isServiceType, parseDiscoveryName, SUBTYPES } from './discovery-name.ts';
import { srvRecords } from './srv.ts';
import { textRecords } from './text.ts';

/**
 * The PTR records by which services are browsed (RFC 6763); a name that means nothing to DNS-SD has, as in SkyDNS, the
 * names that its records have for hosts.
 */
export function pointerRecords(
  name: Labels,
  records: readonly IndexedRecord[],
  context: AnswerContext,
): readonly PtrRecord[] {
  const found = parseDiscoveryName(name, context.zoneOf(name));
  if (found === undefined) return hostNames(name, records, context);
  switch (found.kind) {
    case 'service':
      return instancesBelow(name, name, context);
    case 'subtype':
      return instancesBelow(name, found.service, context);
    case 'types':
      return serviceTypesOf(found.domain, context).map(({ service, record }) =>
        pointer(name, service, record, context),
      );
    case 'browse':
      return browseDomains(name, found.domain, records, context);
    case 'instance':
      return [];
    default:
      return found satisfies never;
  }
}

/** One for each name a level below `name` that has records, as an instance of `service` (RFC 6763, sections 4.1 and 7.1). */
function instancesBelow(name: Labels, service: Labels, context: AnswerContext): readonly PtrRecord[] {
  return context.listBelow(name).flatMap(({ label, record }) => {
    const instance = [label, ...service];
    const isUsable = canonicalLabel(label) !== SUBTYPES && domainProblem(instance) === undefined;
    return isUsable && hasRecords([label, ...name], record, context) ? [pointer(name, instance, record, context)] : [];
  });
}

/** Whether a name has something to answer with: it may be that only names below it do. */
function hasRecords(name: Labels, { name: found }: IndexedRecord, { lookUp }: AnswerContext): boolean {
  return found.length === name.length || (lookUp(name) ?? []).length > 0;
}

/** A type of services that exists, and one of the records that make it exist. */
interface ServiceType {
  readonly service: Labels;
  readonly record: IndexedRecord;
}

/** The types of services directly below `domain` (RFC 6763, section 9), in the order of their keys. */
export function serviceTypesOf(
  domain: Labels,
  { listBelow }: Pick<AnswerContext, 'listBelow'>,
): readonly ServiceType[] {
  return ['_tcp', '_udp'].flatMap((protocol) =>
    listBelow([protocol, ...domain]).flatMap(({ label, record }: NameBelow) => {
      const service = [label, protocol, ...domain];
      return isServiceType(label, protocol) && domainProblem(service) === undefined ? [{ service, record }] : [];
    }),
  );
}

/** The names that records give, and where there are no records the domain itself (RFC 6763, section 11). */
function browseDomains(
  name: Labels,
  domain: Labels,
  records: readonly IndexedRecord[],
  context: AnswerContext,
): readonly PtrRecord[] {
  if (records.length === 0) return [{ name, class: 'IN', ttl: context.policy.ttlSeconds, type: 'PTR', target: domain }];
  return hostNames(name, records, context);
}

function hostNames(name: Labels, records: readonly IndexedRecord[], context: AnswerContext): readonly PtrRecord[] {
  return records.flatMap((record) =>
    record.host?.type === 'name' ? [pointer(name, record.host.name, record, context)] : [],
  );
}

function pointer(name: Labels, target: Labels, record: IndexedRecord, { ttlOf }: AnswerContext): PtrRecord {
  return { name, class: 'IN', ttl: ttlOf(record), type: 'PTR', target };
}

/** What a client asks next about what a PTR record names (RFC 6763, section 12.1): an instance's SRV and TXT. */
export function instanceRecords(instance: Labels, context: AnswerContext): readonly ResourceRecord[] {
  if (parseDiscoveryName(instance, context.zoneOf(instance))?.kind !== 'instance') return [];
  const records = context.lookUp(instance) ?? [];
  return [...srvRecords(instance, records, context), ...textRecords(instance, records, context)];
}
