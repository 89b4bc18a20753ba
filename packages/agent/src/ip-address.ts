import { BlockList, isIP } from 'node:net';

/**
 * - `none`: the text is no IP address.
 * - `unspecified`: 0.0.0.0 or ::, which stand for all addresses of a host.
 * - `loopback`: 127.0.0.0/8 or ::1, which only the host itself reaches.
 * - `other`: any other address.
 */
export type IpAddressKind = 'none' | 'unspecified' | 'loopback' | 'other';

const unspecified = new BlockList();
unspecified.addAddress('0.0.0.0');
unspecified.addAddress('::', 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/** What kind of address a text is, whichever way it is spelled; an IPv4 address written as IPv6 counts as IPv4. */
export function ipAddressKind(text: string): IpAddressKind {
  const version = isIP(text);
  if (version === 0) return 'none';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (unspecified.check(text, family)) return 'unspecified';
  return loopback.check(text, family) ? 'loopback' : 'other';
}
