import { canonicalLabel, type Labels } from '@wharf/record-schema';
import type { Zone } from './zone.ts';

/**
 * What a name is to DNS-SD (RFC 6763):
 * - `service`: `_http._tcp.<domain>`, a type of services, below which its instances are.
 * - `subtype`: `_printer._sub._http._tcp.<domain>`, some instances of `service`.
 * - `instance`: `<any label>._http._tcp.<domain>`.
 * - `types`: `_services._dns-sd._udp.<domain>`, all types of services of `domain`.
 * - `browse`: `b.`, `db.` and `lb._dns-sd._udp.<domain>`, where clients of `domain` should look for services.
 */
export type DiscoveryName =
  | { readonly kind: 'service' | 'instance' }
  | { readonly kind: 'subtype'; readonly service: Labels }
  | { readonly kind: 'types' | 'browse'; readonly domain: Labels };

/** Holds the names that DNS-SD has for itself; no type of services (RFC 6763, section 9). */
const META_SERVICE = '_dns-sd';

/** Between a subtype and its type (RFC 6763, section 7.1). */
export const SUBTYPES = '_sub';

/** What `name`, which is within `zone`, is to DNS-SD; undefined for all other names, and for those in no zone. */
export function parseDiscoveryName(name: Labels, zone: Zone | undefined): DiscoveryName | undefined {
  if (zone === undefined) return undefined;
  const labelsBefore = name.length - zone.domain.length;
  if (labelsBefore >= 2 && isServiceType(name[0], name[1])) return { kind: 'service' };
  if (labelsBefore >= 3 && isProtocol(name[2])) return parseThirdLevel(name);
  if (labelsBefore >= 4 && isLabel(name[1], SUBTYPES) && isServiceType(name[2], name[3])) {
    return { kind: 'subtype', service: name.slice(2) };
  }
  return undefined;
}

/** A name whose third label is a protocol. */
function parseThirdLevel(name: Labels): DiscoveryName | undefined {
  const [first = ''] = name;
  if (isServiceType(name[1], name[2])) return isLabel(first, SUBTYPES) ? undefined : { kind: 'instance' };
  if (!isLabel(name[1], META_SERVICE) || !isLabel(name[2], '_udp')) return undefined;
  const domain = name.slice(3);
  if (isLabel(first, '_services')) return { kind: 'types', domain };
  return /^(?:b|db|lb)$/i.test(first) ? { kind: 'browse', domain } : undefined;
}

/** Whether these are the two labels of a type of services: `_http` and `_tcp`. */
export function isServiceType(service: string | undefined, protocol: string | undefined): boolean {
  return isProtocol(protocol) && service !== undefined && /^_./s.test(service) && !isLabel(service, META_SERVICE);
}

/**
 * The domain whose DNS-SD names make `name` exist although nothing is stored there: for `_services`, `b`, `db` and `lb`
 * below `_dns-sd._udp.<domain>`, and for the two names above them. Undefined when `name` is none of these.
 */
export function discoveryDomain(name: Labels, zone: Zone): Labels | undefined {
  const found = parseDiscoveryName(name, zone);
  if (found?.kind === 'types' || found?.kind === 'browse') return found.domain;
  const labelsBefore = name.length - zone.domain.length;
  if (labelsBefore >= 1 && isLabel(name[0], '_udp')) return name.slice(1);
  return labelsBefore >= 2 && isLabel(name[0], META_SERVICE) && isLabel(name[1], '_udp') ? name.slice(2) : undefined;
}

function isProtocol(label: string | undefined): boolean {
  return isLabel(label, '_tcp') || isLabel(label, '_udp');
}

function isLabel(label: string | undefined, canonical: string): boolean {
  return label?.length === canonical.length && canonicalLabel(label) === canonical;
}
