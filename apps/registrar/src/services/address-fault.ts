import { type IpAddressKind, ipAddressKind } from '@wharf/agent';

/**
 * Why other hosts cannot connect to an address; undefined when they can. Continues a sentence that ends in the address
 * and a comma.
 */
export function addressFault(address: string): string | undefined {
  // `fd00::1%eth0`: a zone says which of this host's links is meant, and no record can hold it.
  return faults[address.includes('%') ? 'none' : ipAddressKind(address)];
}

const faults: Readonly<Record<IpAddressKind, string | undefined>> = {
  none: 'which is no IP address',
  unspecified: 'which stands for all addresses and is none',
  loopback: 'which only this host reaches (-ip says where it is reached)',
  mapped: 'which is an IPv4 address written as an IPv6 one',
  'link-local': 'which is link-local: only neighbours on the same link reach it',
  multicast: 'which is a multicast address',
  broadcast: 'which is the broadcast address',
  other: undefined,
};
