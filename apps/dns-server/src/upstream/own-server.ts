import { type HostPort, ipAddressKind } from '@wharf/agent';
import { canonicalAddress } from './canonical-address.ts';

/** Where this server itself is asked. */
export interface OwnAddress {
  /** The host may be empty or unspecified, for all addresses. */
  readonly listen: HostPort;
  /** Addresses of this host, which count when it listens on all of them. */
  readonly hostAddresses: readonly string[];
}

/** Whether a name server is this one, which must not ask itself. */
export function isOwnServer({ host: address, port }: HostPort, { listen, hostAddresses }: OwnAddress): boolean {
  if (listen.port !== port) return false;
  const kind = ipAddressKind(address);
  const listensOnAll = listen.host === '' || ipAddressKind(listen.host) === 'unspecified';
  if (!listensOnAll) return sameAddress(address, listen.host) || (kind === 'unspecified' && isLoopback(listen.host));
  // To send to the unspecified address is to send to loopback.
  return isLoopback(address) || kind === 'unspecified' || hostAddresses.some((other) => sameAddress(address, other));
}

function isLoopback(address: string): boolean {
  return ipAddressKind(address) === 'loopback';
}

function sameAddress(one: string, other: string): boolean {
  return canonicalAddress(one) === canonicalAddress(other);
}
