import { BlockList, isIP, isIPv6, SocketAddress } from 'node:net';

/**
 * - `none`: the text is no IP address.
 * - `unspecified`: 0.0.0.0 or ::, which stand for all addresses of a host.
 * - `loopback`: 127.0.0.0/8 or ::1, which only the host itself reaches.
 * - `mapped`: any other address of ::ffff:0:0/96, which stands for an IPv4 address (RFC 4291, section 2.5.5.2).
 * - `link-local`: 169.254.0.0/16 or fe80::/10, which only neighbours on the same link reach.
 * - `multicast`: 224.0.0.0/4 or ff00::/8.
 * - `broadcast`: 255.255.255.255.
 * - `other`: any other address.
 */
export type IpAddressKind =
  | 'none'
  | 'unspecified'
  | 'loopback'
  | 'mapped'
  | 'link-local'
  | 'multicast'
  | 'broadcast'
  | 'other';

/**
 * What kind of address a text is, whichever way it is spelled; 0.0.0.0 and loopback addresses count as such in their
 * mapped form too.
 */
export function ipAddressKind(text: string): IpAddressKind {
  const version = isIP(text);
  if (version === 0) return 'none';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  return ranges[family].find(({ range }) => range.check(text, family))?.kind ?? 'other';
}

/**
 * An IP address as everybody writes it: of IPv6 in lower case and with `::` for the longest run of zeros (RFC 5952). The
 * text must be an address, without a zone.
 */
export function canonicalIpAddress(text: string): string {
  return isIPv6(text) ? new SocketAddress({ address: text, family: 'ipv6' }).address : text;
}

const unspecified = blockList(['0.0.0.0', 32], ['::', 128]);
const loopback = blockList(['127.0.0.0', 8], ['::1', 128]);

/** In order of precedence; a range of IPv4 holds the mapped forms of its addresses, and that of these all of IPv4. */
const ranges = {
  ipv4: [
    { kind: 'unspecified', range: unspecified },
    { kind: 'loopback', range: loopback },
    { kind: 'link-local', range: blockList(['169.254.0.0', 16]) },
    { kind: 'multicast', range: blockList(['224.0.0.0', 4]) },
    { kind: 'broadcast', range: blockList(['255.255.255.255', 32]) },
  ],
  ipv6: [
    { kind: 'unspecified', range: unspecified },
    { kind: 'loopback', range: loopback },
    { kind: 'mapped', range: blockList(['::ffff:0:0', 96]) },
    { kind: 'link-local', range: blockList(['fe80::', 10]) },
    { kind: 'multicast', range: blockList(['ff00::', 8]) },
  ],
} as const;

function blockList(...subnets: readonly (readonly [address: string, prefixLength: number])[]): BlockList {
  const list = new BlockList();
  for (const [address, length] of subnets) list.addSubnet(address, length, isIPv6(address) ? 'ipv6' : 'ipv4');
  return list;
}
