import { findAddressWithin, type HostPort, type Ipv4Network, ipv4Network } from '@wharf/agent';
import type { DnsServerConfig } from '../config.ts';
import { ListenError } from './listen-error.ts';

/**
 * Where to listen now: the address that this host has in the network that is named, or what the configuration says.
 * @param find this host's address in a network
 * @throws ListenError when it has none
 */
export async function listenAddress(
  { listen, listenIn }: Pick<DnsServerConfig, 'listen' | 'listenIn'>,
  find: (network: Ipv4Network) => Promise<string | undefined> = findAddressWithin,
): Promise<HostPort> {
  if (listenIn === undefined) return listen;
  const host = await find(listenIn);
  if (host !== undefined) return { ...listen, host };
  const network = ipv4Network.render(listenIn);
  throw new ListenError('no-such-address', `this host has no address in ${network}: choose another -address-in`);
}
