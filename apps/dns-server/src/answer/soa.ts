import type { Name, SoaRecord } from '@wharf/dns-wire';
import type { AnswerContext } from './context.ts';
import { nameServerName, type Zone } from './zone.ts';

/** SkyDNS's SOA record; `name` is the zone's apex in the case that the reply shows, `ttl` is in seconds. */
export function soaRecord(zone: Zone, { policy, serial }: AnswerContext, name: Name, ttl: number): SoaRecord {
  return {
    name,
    class: 'IN',
    ttl,
    type: 'SOA',
    mname: nameServerName(zone),
    rname: zone.hostmaster,
    serial,
    refresh: 28_800,
    retry: 7_200,
    expire: 604_800,
    minimum: policy.minTtlSeconds,
  };
}

/** SkyDNS's serial number: the hour, as seconds since 1970. */
export function hourSerial(wallMs: number): number {
  return Math.floor(wallMs / 3_600_000) * 3_600;
}
