import type { Labels } from '@wharf/record-schema';
import { isWithin } from '../records/names.ts';

/** A domain that is answered for. */
export interface Zone {
  readonly domain: Labels;
  /** The mailbox of the SOA record, as a name. */
  readonly hostmaster: Labels;
}

/** The zone that a name is in, the smallest where one is within another; undefined for names that are in none. */
export type ZoneLookup = (name: Labels) => Zone | undefined;

export function createZoneLookup(zones: readonly Zone[]): ZoneLookup {
  const smallestFirst = zones.toSorted((one, other) => other.domain.length - one.domain.length);
  return (name) => smallestFirst.find(({ domain }) => isWithin(name, domain));
}

/** SkyDNS's name of the domain's name servers: `ns.dns.<domain>`. */
export function nameServerName({ domain }: Zone): Labels {
  return ['ns', 'dns', ...domain];
}

/** SkyDNS's name of the server that is asked, whichever it is: `local.dns.<domain>`. */
export function localName({ domain }: Zone): Labels {
  return ['local', 'dns', ...domain];
}

/** CoreDNS's name of the hosts that the domain's own name stands for: `apex.dns.<domain>`. */
export function apexHostsName({ domain }: Zone): Labels {
  return ['apex', 'dns', ...domain];
}

/** Whether `name`, which is within the zone, is the zone's own name. */
export function isApex(name: Labels, zone: Zone): boolean {
  return name.length === zone.domain.length;
}
