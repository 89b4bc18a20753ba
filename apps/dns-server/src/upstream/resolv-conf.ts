import { type HostPort, ipAddressKind } from '@wharf/agent';
import { canonicalAddress } from './canonical-address.ts';

const DNS_PORT = 53;
/** The system's resolver knows no more (MAXNS in resolv.h). */
const MAX_RESOLV_SERVERS = 3;

export interface ResolvConf {
  readonly servers: readonly HostPort[];
  /** Lines that name a server which is not used, and why. */
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
}

/** Reads the name servers of an `/etc/resolv.conf` (resolv.conf(5)): the first three that can be used, each once. */
export function parseResolvConf(text: string): ResolvConf {
  const servers: HostPort[] = [];
  const skipped: { readonly line: number; readonly reason: string }[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    // A comment begins a line; after an address anything may follow.
    const address = /^\s*nameserver\s+(\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    const reason = problemOf(address, servers);
    if (reason === undefined) servers.push({ host: canonicalAddress(address), port: DNS_PORT });
    else skipped.push({ line: at + 1, reason });
  }
  return { servers, skipped };
}

function problemOf(address: string, servers: readonly HostPort[]): string | undefined {
  const kind = ipAddressKind(address);
  if (kind === 'none') return `${address} is no IP address`;
  if (kind === 'multicast' || kind === 'broadcast') return `${address} is no address of a server`;
  const canonical = canonicalAddress(address);
  if (servers.some(({ host }) => host === canonical)) return `${address} was named before`;
  return servers.length < MAX_RESOLV_SERVERS ? undefined : `more than ${MAX_RESOLV_SERVERS} servers are named`;
}
