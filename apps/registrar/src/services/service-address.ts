import { failure, type IpAddressKind, ipAddressKind, type Result, success } from '@wharf/agent';
import type { Container, NetworkAttachment } from '@wharf/docker-watcher';
import type { Host, ServiceRules } from './service.ts';
import type { PortChoice } from './service-ports.ts';

/** An address and port that clients can connect to. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * Where clients reach a port.
 * - Host networking: the host's address.
 * - `container:<id>`: where the other container is, `linked`; this beats `-ip`, as in the original.
 * - `internal`: the container's address on its network, and the port inside the container.
 * - Otherwise the published port, on `-ip`, else on the address it is bound to, else on the host's address.
 */
export function serviceEndpoint(
  container: Container,
  linked: Container | undefined,
  choice: PortChoice,
  host: Host,
  rules: Pick<ServiceRules, 'ip' | 'internal'>,
): Result<Endpoint, string> {
  const hostAddress = (): Result<string, string> => addressOfHost(host, rules.ip);
  const { networkMode } = container;
  if (networkMode === 'host') return withPort(hostAddress(), choice.hostPort);
  if (networkMode === 'none') return failure('has no network');
  if (networkMode.startsWith('container:')) {
    if (linked === undefined) return failure(`shares the network of ${networkMode}, which is not there`);
    if (linked.networkMode === 'host') return withPort(hostAddress(), choice.containerPort);
    return withPort(addressOnNetwork(linked), choice.containerPort);
  }
  if (rules.internal) return withPort(addressOnNetwork(container), choice.containerPort);
  if (rules.ip !== undefined || isUnspecified(choice.hostIp)) return withPort(hostAddress(), choice.hostPort);
  return withPort(checkAddress(choice.hostIp, 'is published on'), choice.hostPort);
}

function withPort(address: Result<string, string>, port: number): Result<Endpoint, string> {
  if (!address.ok) return address;
  if (port < 1 || port > 65_535) return failure(`would be announced on port ${port}, which does not exist`);
  return success({ address: address.value, port });
}

/** The operator's word is taken as it is, loopback included: that is how a single host is tried out. */
function addressOfHost(host: Host, ip: string | undefined): Result<string, string> {
  if (ip !== undefined) return success(ip);
  if (host.address === undefined) return failure("is on the host's address, which could not be found: set -ip");
  return checkAddress(host.address, "is on the host's address");
}

/** IPv4 first, because that is what the original announces; a network without addresses is passed over. */
function addressOnNetwork({ networkMode, networks }: Container): Result<string, string> {
  const wanted = networkMode === 'default' ? 'bridge' : networkMode;
  const usable = networks.filter((network) => addressOf(network) !== undefined);
  const network = usable.find(({ name }) => name === wanted) ?? usable.toSorted(byName)[0];
  const address = network === undefined ? undefined : addressOf(network);
  if (address === undefined) return failure('has no address on any network');
  return checkAddress(address, `has on network ${network?.name} the address`);
}

function addressOf({ ipv4, ipv6 }: NetworkAttachment): string | undefined {
  return [ipv4, ipv6].find((address) => address !== undefined && address !== '');
}

function byName(a: NetworkAttachment, b: NetworkAttachment): number {
  return a.name < b.name ? -1 : 1;
}

function checkAddress(address: string, what: string): Result<string, string> {
  const fault = addressFault(address);
  return fault === undefined ? success(address) : failure(`${what} ${address}, ${fault}`);
}

/** Why other hosts cannot connect to an address; undefined when they can. */
export function addressFault(address: string): string | undefined {
  return faults[ipAddressKind(address)];
}

const faults: Readonly<Record<IpAddressKind, string | undefined>> = {
  none: 'which is no IP address',
  unspecified: 'which stands for all addresses and is none',
  loopback: 'which only this host reaches (-ip says where it is reached)',
  other: undefined,
};

/** True for the empty text (Podman's word for it), 0.0.0.0 and ::, all of them: any address of the host. */
function isUnspecified(address: string): boolean {
  return address === '' || ipAddressKind(address) === 'unspecified';
}
