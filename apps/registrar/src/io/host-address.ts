import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import {
  type Clock,
  canonicalIpAddress,
  defaultRouteInterface,
  defaultRouteInterface6,
  findAddressWithin,
  type Ipv4Network,
  sleep,
} from '@wharf/agent';
import { type AddressFamily, addressFamily } from '../services/address-family.ts';
import { addressFault } from '../services/address-fault.ts';
import { interfaceAddress6 } from '../services/interface-address.ts';
import type { Host } from '../services/service.ts';

/** One of the host's own addresses, and what it was learnt from. */
export interface HostAddress {
  readonly address: string;
  readonly source: 'name' | 'route' | 'network';
}

/** The host's own addresses, each with a source of its own. */
export type HostAddresses = Readonly<Partial<Record<AddressFamily, HostAddress>>>;

export interface HostAddressSources {
  readonly clock: Clock;
  /** All addresses of a host name, of both families; rejects with the error of Node's `dns.lookup`. */
  readonly resolve: (hostname: string) => Promise<readonly string[]>;
  /** The address of the interface that the default route of a family uses. */
  readonly routed: (family: AddressFamily) => Promise<string | undefined>;
  /** The address that this machine has in a network. */
  readonly within: (network: Ipv4Network) => Promise<string | undefined>;
}

/** Whose addresses are looked for. */
export interface AddressesWanted {
  readonly hostname: string;
  readonly families: readonly AddressFamily[];
  /** Where the IPv4 address is looked for, instead of at the name and the default route. */
  readonly addressIn: Ipv4Network | undefined;
}

/** How long the resolver may take; the host's own name is in /etc/hosts where things are in order. */
const LOOKUP_TIMEOUT_MS = 2000;

/** What this machine's resolver and kernel say. */
export function hostAddressSources(clock: Clock): HostAddressSources {
  return {
    clock,
    // One question for both families: asked for IPv6 alone, a resolver looks beyond an /etc/hosts that has only IPv4.
    resolve: async (hostname) => {
      const found = await lookup(hostname, { all: true, order: 'verbatim' });
      return found.map(({ address }) => address);
    },
    routed: (family) => (family === 'ipv4' ? routedIpv4() : routedIpv6()),
    within: findAddressWithin,
  };
}

/**
 * The host's own addresses of some families: what its name resolves to, as in the original, unless other hosts cannot
 * use that (Debian's 127.0.1.1); then the address of the interface that the default route of the family uses. With
 * `addressIn` the IPv4 address is the one in that network, and no other. While none can be told, the address known so
 * far stays: a resolver that does not answer for a while must not move or remove the records of a host.
 */
export async function findHostAddresses(
  { hostname, families, addressIn }: AddressesWanted,
  known: HostAddresses,
  sources: HostAddressSources,
): Promise<HostAddresses> {
  const isInNetwork = (family: AddressFamily): boolean => family === 'ipv4' && addressIn !== undefined;
  const isNamed = families.some((family) => !isInNetwork(family));
  const resolution = isNamed ? await resolveWithin(hostname, sources) : nothingResolved;
  const find = async (family: AddressFamily): Promise<HostAddress | undefined> => {
    if (addressIn !== undefined && isInNetwork(family)) {
      const address = await sources.within(addressIn);
      return address === undefined ? known[family] : { address, source: 'network' };
    }
    if (resolution.type === 'unknown' && known[family]?.source === 'name') return known[family];
    const named = resolution.addresses.find((address) => addressFamily(address) === family);
    if (named !== undefined) return { address: named, source: 'name' };
    const address = await sources.routed(family);
    return address === undefined ? known[family] : { address, source: 'route' };
  };
  const found = await Promise.all(families.map(async (family) => [family, await find(family)] as const));
  return Object.fromEntries(found.filter(([, address]) => address !== undefined));
}

/** The host as services are announced for it. */
export function toHost(name: string, { ipv4, ipv6 }: HostAddresses): Host {
  return {
    name,
    addresses: {
      ...(ipv4 === undefined ? {} : { ipv4: ipv4.address }),
      ...(ipv6 === undefined ? {} : { ipv6: ipv6.address }),
    },
  };
}

/** `unknown`: the resolver did not say, which is not the same as that there are none. */
interface Resolution {
  readonly type: 'known' | 'unknown';
  /** Those that other hosts can use, in the resolver's order. */
  readonly addresses: readonly string[];
}

const nothingResolved: Resolution = { type: 'unknown', addresses: [] };

async function resolveWithin(hostname: string, { clock, resolve }: HostAddressSources): Promise<Resolution> {
  const done = new AbortController();
  const timeout = sleep(clock, LOOKUP_TIMEOUT_MS, done.signal).then(() => nothingResolved);
  const resolved = resolve(hostname).then(
    (addresses): Resolution => ({
      type: 'known',
      addresses: addresses.filter((address) => addressFault(address) === undefined).map(canonicalIpAddress),
    }),
    (error: unknown): Resolution => (saysThereIsNone(error) ? { type: 'known', addresses: [] } : nothingResolved),
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

async function routedIpv4(): Promise<string | undefined> {
  const name = defaultRouteInterface(await readKernel('route'));
  const addresses = name === undefined ? [] : (networkInterfaces()[name] ?? []);
  const usable = ({ family, address }: { family: string; address: string }): boolean =>
    family === 'IPv4' && addressFault(address) === undefined;
  return addresses.find(usable)?.address;
}

async function routedIpv6(): Promise<string | undefined> {
  const name = defaultRouteInterface6(await readKernel('ipv6_route'));
  return name === undefined ? undefined : interfaceAddress6(await readKernel('if_inet6'), name);
}

/** Empty where the kernel has no such table: IPv6 may be off. */
function readKernel(table: string): Promise<string> {
  return readFile(`/proc/net/${table}`, 'utf8').catch(() => '');
}
