import type { Labels } from '@wharf/record-schema';

/** The domain that is answered for, and how. All times are in seconds. */
export interface Zone {
  readonly domain: Labels;
  /** The mailbox of the SOA record, as a name. */
  readonly hostmaster: Labels;
  /** TTL of records that say none and have no lease. */
  readonly ttlSeconds: number;
  /** TTL of answers that say "there is none" (RFC 2308). */
  readonly minTtlSeconds: number;
  /** SRV priority of records that say none, or 0 (as in SkyDNS). */
  readonly priority: number;
}

/** SkyDNS's name of the domain's name servers: `ns.dns.<domain>`. */
export function nameServerName(zone: Zone): Labels {
  return ['ns', 'dns', ...zone.domain];
}

/** SkyDNS's name of the server that is asked, whichever it is: `local.dns.<domain>`. */
export function localName(zone: Zone): Labels {
  return ['local', 'dns', ...zone.domain];
}

/** Whether `name`, which is within the zone, is the zone's own name. */
export function isApex(name: Labels, zone: Zone): boolean {
  return name.length === zone.domain.length;
}
