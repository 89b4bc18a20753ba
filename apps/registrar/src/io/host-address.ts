import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { type Clock, sleep } from '@wharf/agent';
import { defaultRouteInterface } from '../services/default-route.ts';
import type { Host } from '../services/service.ts';
import { addressFault } from '../services/service-address.ts';

/** The host's own address, and what it was learnt from. */
export interface HostAddress {
  readonly address: string;
  readonly source: 'name' | 'route';
}

/** The host by this name, with what is known of its address. */
export function toHost(name: string, known: HostAddress | undefined): Host {
  if (known === undefined) return { name, addresses: {} };
  const { address } = known;
  return { name, addresses: address.includes(':') ? { ipv6: address } : { ipv4: address } };
}

export interface HostAddressSources {
  readonly clock: Clock;
  /** The address of a host name; rejects with the error of Node's `dns.lookup`. */
  readonly resolve: (hostname: string) => Promise<string>;
  /** The address of the interface that the default route uses. */
  readonly routed: () => Promise<string | undefined>;
}

/** How long the resolver may take; the host's own name is in /etc/hosts where things are in order. */
const LOOKUP_TIMEOUT_MS = 2000;

/** What this machine's resolver and kernel say. */
export function hostAddressSources(clock: Clock): HostAddressSources {
  return {
    clock,
    resolve: async (hostname) => (await lookup(hostname, { order: 'ipv4first' })).address,
    routed: addressOfDefaultRoute,
  };
}

/**
 * The host's own address: what its name resolves to, as in the original, unless that is a loopback address (Debian's
 * 127.0.1.1); then the address of the interface that the default route uses. While neither can be told, the address
 * known so far stays: a resolver that does not answer for a while must not move or remove the records of a host.
 */
export async function findHostAddress(
  hostname: string,
  known: HostAddress | undefined,
  sources: HostAddressSources,
): Promise<HostAddress | undefined> {
  const resolved = await resolveWithin(hostname, sources);
  if (resolved.type === 'address') return { address: resolved.address, source: 'name' };
  if (resolved.type === 'unknown' && known?.source === 'name') return known;
  const address = await sources.routed();
  return address === undefined ? known : { address, source: 'route' };
}

/** `unknown`: the resolver did not say, which is not the same as that there is no address. */
type Resolution =
  | { readonly type: 'address'; readonly address: string }
  | { readonly type: 'none' }
  | { readonly type: 'unknown' };

async function resolveWithin(hostname: string, { clock, resolve }: HostAddressSources): Promise<Resolution> {
  const done = new AbortController();
  const timeout = sleep(clock, LOOKUP_TIMEOUT_MS, done.signal).then((): Resolution => ({ type: 'unknown' }));
  const resolved = resolve(hostname).then(
    (address): Resolution => (addressFault(address) === undefined ? { type: 'address', address } : { type: 'none' }),
    (error: unknown): Resolution => ({ type: saysThereIsNone(error) ? 'none' : 'unknown' }),
  );
  const resolution = await Promise.race([resolved, timeout]);
  done.abort();
  return resolution;
}

/** EAI_NONAME and EAI_NODATA of getaddrinfo(3), which Node calls so; all others (EAI_AGAIN) are the resolver's failures. */
function saysThereIsNone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOTFOUND' || code === 'ENODATA';
}

async function addressOfDefaultRoute(): Promise<string | undefined> {
  const routes = await readFile('/proc/net/route', 'utf8').catch(() => '');
  const name = defaultRouteInterface(routes);
  const addresses = name === undefined ? [] : (networkInterfaces()[name] ?? []);
  return addresses.find(({ family }) => family === 'IPv4')?.address;
}
