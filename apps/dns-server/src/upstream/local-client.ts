import { parseIpv4, parseIpv6 } from '@wharf/dns-wire';

type Prefix = readonly [octets: readonly number[], bits: number];

/** Loopback, link-local, private (RFC 1918), and shared with a provider (RFC 6598). */
const LOCAL_IPV4: readonly Prefix[] = [
  [[127, 0, 0, 0], 8],
  [[169, 254, 0, 0], 16],
  [[10, 0, 0, 0], 8],
  [[172, 16, 0, 0], 12],
  [[192, 168, 0, 0], 16],
  [[100, 64, 0, 0], 10],
];

/** Link-local and unique local (RFC 4193); `::1` is told apart by itself. */
const LOCAL_IPV6: readonly Prefix[] = [
  [[0xfe, 0x80], 10],
  [[0xfc], 7],
];

const LOOPBACK_IPV6: Prefix = [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 128];
const MAPPED_PREFIX: Prefix = [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255], 96];
const MAPPED_OCTETS = 12;
const IPV4_OCTETS = 4;

/**
 * Whether an address can only be of a host nearby: loopback, link-local, or from a range that is not routed on the
 * Internet. IPv4 in IPv6's form (`::ffff:10.0.0.1`, as sockets for both report it) counts as IPv4; a zone (`%eth0`) does
 * not matter.
 */
export function isLocalClient(address: string): boolean {
  const octets = parseIpv4(address) ?? parseIpv6(address.replace(/%.*$/s, ''));
  return octets !== undefined && isLocalAddress(octets);
}

/** The same of an address in its octets, 4 or 16. */
export function isLocalAddress(octets: ArrayLike<number>): boolean {
  if (octets.length === IPV4_OCTETS) return isInAny(octets, 0, LOCAL_IPV4);
  if (isIn(octets, 0, MAPPED_PREFIX)) return isInAny(octets, MAPPED_OCTETS, LOCAL_IPV4);
  return isIn(octets, 0, LOOPBACK_IPV6) || isInAny(octets, 0, LOCAL_IPV6);
}

function isInAny(octets: ArrayLike<number>, start: number, prefixes: readonly Prefix[]): boolean {
  return prefixes.some((prefix) => isIn(octets, start, prefix));
}

function isIn(octets: ArrayLike<number>, start: number, [prefix, bits]: Prefix): boolean {
  return prefix.every((octet, at) => {
    const mask = 0xff << Math.max(0, 8 - (bits - 8 * at));
    return ((octet ^ (octets[start + at] ?? 0)) & mask & 0xff) === 0;
  });
}
