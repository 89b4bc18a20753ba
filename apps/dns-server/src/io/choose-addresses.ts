import type { NetworkInterfaceInfo } from 'node:os';

/** What `networkInterfaces` of node:os returns. */
export type HostInterfaces = Readonly<
  Record<string, readonly Pick<NetworkInterfaceInfo, 'address' | 'scopeid'>[] | undefined>
>;

export interface ChosenAddresses {
  /** Keys that stay the same for as long as a socket on the address would work; values are addresses, with their zone. */
  readonly chosen: ReadonlyMap<string, string>;
  /** How many more there are. */
  readonly leftOut: number;
}

/**
 * The first `limit` addresses of a host: IPv4 first, those of links last. Each virtual interface has one of the latter,
 * and where replies to these come from is hardly ever in doubt.
 * @param ipv4Only whether IPv6 is left out
 */
export function chooseAddresses(interfaces: HostInterfaces, ipv4Only: boolean, limit: number): ChosenAddresses {
  const ipv4 = new Map<string, string>();
  const ipv6 = new Map<string, string>();
  const ofLinks = new Map<string, string>();
  for (const [name, addresses = []] of Object.entries(interfaces)) {
    for (const { address, scopeid = 0 } of addresses) {
      if (!address.includes(':')) ipv4.set(address, address);
      else if (scopeid === 0) ipv6.set(address, address);
      // An interface that comes again by the same name has another number.
      else ofLinks.set(`${address}%${name} ${scopeid}`, `${address}%${name}`);
    }
  }
  const all = [...ipv4, ...(ipv4Only ? [] : [...ipv6, ...ofLinks])];
  return { chosen: new Map(all.slice(0, limit)), leftOut: Math.max(0, all.length - limit) };
}
