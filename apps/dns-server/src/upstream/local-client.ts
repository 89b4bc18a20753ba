import { mappedIpv4, parseIpv4, parseIpv6 } from '@wharf/dns-wire';

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
  const ipv4 = octets.length === IPV4_OCTETS ? octets : mappedIpv4(octets);
  if (ipv4 !== undefined) return isInAny(ipv4, LOCAL_IPV4);
  return isIn(octets, LOOPBACK_IPV6) || isInAny(octets, LOCAL_IPV6);
}

function isInAny(octets: ArrayLike<number>, prefixes: readonly Prefix[]): boolean {
  return prefixes.some((prefix) => isIn(octets, prefix));
}

function isIn(octets: ArrayLike<number>, [prefix, bits]: Prefix): boolean {
  return prefix.every((octet, at) => {
    const mask = 0xff << Math.max(0, 8 - (bits - 8 * at));
    return ((octet ^ (octets[at] ?? 0)) & mask & 0xff) === 0;
  });
}
