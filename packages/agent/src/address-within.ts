import { readFile } from 'node:fs/promises';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { defaultRouteInterface } from './default-route.ts';
import { ipAddressKind } from './ip-address.ts';
import { type Ipv4Network, isInIpv4Network } from './ipv4-network.ts';

/** The addresses of a host, by interface, as the system lists them. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * A host's own address in a network: of several the one on `preferred`, else the first as the system lists them. Loopback
 * and link-local addresses are none that others reach.
 */
export function addressWithin(
  network: Ipv4Network,
  interfaces: Interfaces,
  preferred: string | undefined,
): string | undefined {
  const isMeant = ({ family, address }: NetworkInterfaceInfo): boolean =>
    family === 'IPv4' && ipAddressKind(address) === 'other' && isInIpv4Network(address, network);
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const first = preferred === undefined ? [] : (interfaces[preferred] ?? []);
  return [...first, ...all].find(isMeant)?.address;
}

/** This host's own address in a network; of several the one on the interface of the default route. */
export async function findAddressWithin(network: Ipv4Network): Promise<string | undefined> {
  return addressWithin(network, networkInterfaces(), defaultRouteInterface(await readRoutes()));
}

/** Empty where the kernel has no such table. */
function readRoutes(): Promise<string> {
  return readFile('/proc/net/route', 'utf8').catch(() => '');
}
