import type { RegistrarConfig } from '../config.ts';
import type { Addresses } from './service.ts';

/** The two kinds of IP addresses. */
export type AddressFamily = keyof Addresses;

/** What people call them. */
export const familyNames = { ipv4: 'IPv4', ipv6: 'IPv6' } as const satisfies Record<AddressFamily, string>;

/** The family of a text that is an IP address. */
export function addressFamily(address: string): AddressFamily {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** The address of that family; of whichever there is, IPv4 first, when `family` is undefined. */
export function addressIn({ ipv4, ipv6 }: Addresses, family: AddressFamily | undefined): string | undefined {
  const candidates = { ipv4: [ipv4], ipv6: [ipv6], any: [ipv4, ipv6] }[family ?? 'any'];
  return candidates.find((address) => address !== undefined && address !== '');
}

/**
 * Of which families the host's own address can be announced, and so must be found: none that `-ip` stands in for. Where
 * one family suffices, a network that is named (`addressIn`) is of the one that is meant.
 */
export function familiesToFind({
  ip,
  family,
  addressIn: network,
}: Pick<RegistrarConfig, 'ip' | 'family' | 'addressIn'>): readonly AddressFamily[] {
  const given = { ipv4: ip.ipv4 !== undefined, ipv6: ip.ipv6 !== undefined };
  if (family === 'any' && (given.ipv4 || given.ipv6)) return [];
  if (family === 'any') return network === undefined ? ['ipv4', 'ipv6'] : ['ipv4'];
  const wanted: readonly AddressFamily[] = family === 'dual' ? ['ipv4', 'ipv6'] : [family];
  return wanted.filter((one) => !given[one]);
}
