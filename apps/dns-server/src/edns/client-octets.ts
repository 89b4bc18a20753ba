import { mappedIpv4, parseIpv4, parseIpv6 } from '@wharf/dns-wire';

/**
 * The octets of a client's IP address, 4 or 16, without its zone. An IPv4 client has 4 on every socket, so that servers
 * which listen differently agree about it. None for text that is no address.
 */
export function clientOctets(address: string): Uint8Array {
  const ipv4 = parseIpv4(address);
  if (ipv4 !== undefined) return Uint8Array.from(ipv4);
  const zone = address.indexOf('%');
  const octets = parseIpv6(zone < 0 ? address : address.slice(0, zone)) ?? [];
  return Uint8Array.from(mappedIpv4(octets) ?? octets);
}
