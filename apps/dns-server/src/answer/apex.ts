import type { NsRecord } from '@wharf/dns-wire';
import { domainProblem, type Labels } from '@wharf/record-schema';
import type { AnswerContext } from './context.ts';
import { nameServerName, type Zone } from './zone.ts';

/**
 * The NS records of the zone: as in SkyDNS, the names of the records at and below `ns.dns.<domain>` that have an
 * address; a record there with a name for its host names a server elsewhere. With no such record the server is itself.
 */
export function apexNameServers(apex: Labels, zone: Zone, context: AnswerContext): readonly NsRecord[] {
  const base = nameServerName(zone);
  const servers = (context.lookUp(base) ?? []).flatMap((record): NsRecord[] => {
    const target = record.host?.type === 'name' ? record.host.name : record.name;
    if (record.host === undefined || domainProblem(target) !== undefined) return [];
    return [nsRecord(apex, target, context.ttlOf(record))];
  });
  return servers.length > 0 ? servers : [nsRecord(apex, base, context.policy.ttlSeconds)];
}

function nsRecord(name: Labels, target: Labels, ttl: number): NsRecord {
  return { name, class: 'IN', ttl, type: 'NS', target };
}
