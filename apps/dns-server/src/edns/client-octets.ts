import { parseIpv4, parseIpv6 } from '@wharf/dns-wire';

/** How IPv6 writes an IPv4 address on sockets of both (RFC 4291, section 2.5.5.2). */
const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/**
 * The octets of a client's IP address, 4 or 16, without its zone. An IPv4 client has 4 on every socket, so that servers
 * which listen differently agree about it. None for text that is no address.
 */
export function clientOctets(address: string): Uint8Array {
  const ipv4 = parseIpv4(address);
  if (ipv4 !== undefined) return Uint8Array.from(ipv4);
  const zone = address.indexOf('%');
  const octets = parseIpv6(zone < 0 ? address : address.slice(0, zone)) ?? [];
  const isMapped = octets.length === 16 && MAPPED_PREFIX.every((octet, index) => octet === octets[index]);
  return Uint8Array.from(isMapped ? octets.slice(12) : octets);
}
