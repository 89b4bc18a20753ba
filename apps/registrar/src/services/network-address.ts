import { failure, quoteValue, type Result, success } from '@wharf/agent';
import type { Container, NetworkAttachment } from '@wharf/docker-watcher';
import { addressIn, familyNames } from './address-family.ts';
import { checkedEndpoint, type Locate } from './endpoint.ts';
import type { MetadataValue } from './metadata.ts';
import type { ServiceRules } from './service.ts';

type NetworkRules = Pick<ServiceRules, 'networks' | 'family'>;

/**
 * Where a container's own port is reached: at its address on one of its networks. Both families are taken from the same
 * network.
 * @param named the network that the container itself asks for; without it the best one that has an address counts
 */
export function locateOnNetwork(
  container: Container,
  port: number,
  named: MetadataValue | undefined,
  rules: NetworkRules,
): Result<Locate, string> {
  const network = named === undefined ? bestNetwork(container, rules) : namedNetwork(container, named);
  if (!network.ok) return network;
  const { name } = network.value;
  return success((family) => {
    const address = addressIn(network.value, family);
    if (address !== undefined) return checkedEndpoint(`has on network ${name} the address`, address, port);
    const which = family === undefined ? '' : `${familyNames[family]} `;
    return failure(`has on network ${name} no ${which}address, which -family asks for`);
  });
}

function namedNetwork({ networks }: Container, { value, source }: MetadataValue): Result<NetworkAttachment, string> {
  const network = networks.find(({ name }) => name === value);
  const said = `would be announced on network ${quoteValue(value)}, which ${source} names`;
  if (network === undefined) {
    const names = networks.map(({ name }) => name).join(', ');
    return failure(`${said}, but its container is on ${names === '' ? 'no network' : quoteValue(names)}`);
  }
  return hasAddress(network) ? success(network) : failure(`${said}, but has no address there`);
}

/** The first that has an address, of the one family if the rule asks for one alone. */
function bestNetwork(container: Container, { networks, family }: NetworkRules): Result<NetworkAttachment, string> {
  const only = family === 'ipv4' || family === 'ipv6' ? family : undefined;
  const best = inOrder(container, networks).find((network) => addressIn(network, only) !== undefined);
  if (best !== undefined) return success(best);
  if (only === undefined || !container.networks.some(hasAddress)) return failure('has no address on any network');
  return failure(`has no ${familyNames[only]} address on any network, which -family asks for`);
}

function hasAddress(network: NetworkAttachment): boolean {
  return addressIn(network, undefined) !== undefined;
}

/** Those of a swarm's own plumbing; nothing outside the swarm, or the host, connects to containers there. */
const PLUMBING: ReadonlySet<string> = new Set(['ingress', 'docker_gwbridge']);

/** As the operator prefers them, then the one that the container was started on, then the others by name. */
function inOrder({ networkMode, networks }: Container, preferred: readonly string[]): readonly NetworkAttachment[] {
  const startedOn = networkMode === 'default' ? 'bridge' : networkMode;
  const rank = (name: string): number => {
    const index = preferred.indexOf(name);
    if (index !== -1) return index;
    if (PLUMBING.has(name)) return preferred.length + 2;
    return preferred.length + (name === startedOn ? 0 : 1);
  };
  return networks.toSorted((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
}
