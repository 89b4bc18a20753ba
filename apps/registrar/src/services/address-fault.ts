import { BlockList, isIPv6, SocketAddress } from 'node:net';
import { type IpAddressKind, ipAddressKind } from '@wharf/agent';
import { addressFamily } from './address-family.ts';

/**
 * Why other hosts cannot connect to an address; undefined when they can. Continues a sentence that ends in the address
 * and a comma.
 */
export function addressFault(address: string): string | undefined {
  const kind = ipAddressKind(address);
  if (kind !== 'other') return faults[kind];
  // `fd00::1%eth0`: a zone says which of this host's links is meant, and no record can hold it.
  if (address.includes('%')) return faults.none;
  const family = addressFamily(address);
  return ranges.find(({ range, of }) => of === family && range.check(address, family))?.fault;
}

/** An address as everybody writes it: of IPv6 in lower case and with `::` (RFC 5952). The text must be an IP address. */
export function canonicalAddress(address: string): string {
  return isIPv6(address) ? new SocketAddress({ address, family: 'ipv6' }).address : address;
}

const faults: Readonly<Record<Exclude<IpAddressKind, 'other'>, string>> = {
  none: 'which is no IP address',
  unspecified: 'which stands for all addresses and is none',
  loopback: 'which only this host reaches (-ip says where it is reached)',
};

const LINK_LOCAL = 'which is link-local: only neighbours on the same link reach it';
const MULTICAST = 'which is a multicast address';

const ranges = [
  { of: 'ipv4', range: subnet('169.254.0.0', 16), fault: LINK_LOCAL },
  { of: 'ipv4', range: subnet('224.0.0.0', 4), fault: MULTICAST },
  { of: 'ipv4', range: subnet('255.255.255.255', 32), fault: 'which is the broadcast address' },
  { of: 'ipv6', range: subnet('::ffff:0:0', 96), fault: 'which is an IPv4 address written as an IPv6 one' },
  { of: 'ipv6', range: subnet('fe80::', 10), fault: LINK_LOCAL },
  { of: 'ipv6', range: subnet('ff00::', 8), fault: MULTICAST },
] as const;

function subnet(address: string, prefixLength: number): BlockList {
  const range = new BlockList();
  range.addSubnet(address, prefixLength, addressFamily(address));
  return range;
}
