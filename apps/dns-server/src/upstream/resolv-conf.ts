import { canonicalIpAddress, type HostPort, ipAddressKind } from '@wharf/agent';

const DNS_PORT = 53;
/** The system's resolver knows no more (MAXNS in resolv.h). */
const MAX_RESOLV_SERVERS = 3;

/** Where this server itself is asked: the host may be empty or unspecified, for all addresses. */
export interface OwnAddress {
  readonly listen: HostPort;
  /** Further addresses of this host, which count when it listens on all of them. */
  readonly hostAddresses?: readonly string[];
}

export interface ResolvConf {
  readonly servers: readonly HostPort[];
  /** Lines that name a server which is not used, and why. */
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
}

/**
 * Reads the name servers of an `/etc/resolv.conf` (resolv.conf(5)): the first three that can be used, each once. Never
 * this server itself, which hosts that run it have there: it would ask itself.
 */
export function parseResolvConf(text: string, own: OwnAddress): ResolvConf {
  const servers: HostPort[] = [];
  const skipped: { readonly line: number; readonly reason: string }[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    // A comment begins a line; after an address anything may follow.
    const address = /^\s*nameserver\s+(\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    const reason = problemOf(address, servers, own);
    if (reason === undefined) servers.push({ host: canonicalAddress(address), port: DNS_PORT });
    else skipped.push({ line: at + 1, reason });
  }
  return { servers, skipped };
}

function problemOf(address: string, servers: readonly HostPort[], own: OwnAddress): string | undefined {
  const kind = ipAddressKind(address);
  if (kind === 'none') return `${address} is no IP address`;
  if (kind === 'multicast' || kind === 'broadcast') return `${address} is no address of a server`;
  if (isOwnServer({ host: address, port: DNS_PORT }, own)) return `${address} is this server itself`;
  const canonical = canonicalAddress(address);
  if (servers.some(({ host }) => host === canonical)) return `${address} was named before`;
  return servers.length < MAX_RESOLV_SERVERS ? undefined : `more than ${MAX_RESOLV_SERVERS} servers are named`;
}

/** Whether a name server is this one. */
export function isOwnServer({ host: address, port }: HostPort, { listen, hostAddresses = [] }: OwnAddress): boolean {
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

/** As everybody writes it; a zone (`fe80::1%eth0`) is kept as it is. */
function canonicalAddress(text: string): string {
  const [address = '', ...zone] = text.split('%');
  return [canonicalIpAddress(address), ...zone].join('%');
}
