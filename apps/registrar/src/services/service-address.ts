import { failure, type Result, success } from '@wharf/agent';
import type { Container } from '@wharf/docker-watcher';
import { type Endpoint, endpointsByRule, type Locate } from './endpoint.ts';
import { labelledAddresses, locateLabelled } from './label-address.ts';
import type { MetadataValue } from './metadata.ts';
import { locateOnNetwork } from './network-address.ts';
import { locatePublished, portServing } from './published-address.ts';
import type { Host, ServiceRules } from './service.ts';
import type { PortChoice } from './service-ports.ts';

export type { Endpoint } from './endpoint.ts';

type AddressRules = Pick<ServiceRules, 'ip' | 'ipLabel' | 'networks' | 'family'>;

/**
 * Where clients reach a port: at least one endpoint, and at most one of each family, IPv4 first.
 * - The container's label `ipLabel` beats all else.
 * - Host networking: the host's address.
 * - `container:<id>`: where the other container, `linked`, is; this beats `-ip`, as in the original.
 * - `choice.internal`: the container's address on its network, and the port inside the container.
 * - Otherwise the published port, on `-ip`, else on the address it is bound to, else on the host's address.
 * @param network what the container's metadata says about the network to announce it on; empty is as if absent
 * @returns the error continues a sentence that the port begins
 */
export function serviceEndpoints(
  container: Container,
  linked: Container | undefined,
  choice: PortChoice,
  host: Host,
  rules: AddressRules,
  network: MetadataValue | undefined,
): Result<readonly Endpoint[], string> {
  const locate = locateService(container, linked, choice, host, rules, network?.value === '' ? undefined : network);
  return locate.ok ? endpointsByRule(rules.family, locate.value) : locate;
}

function locateService(
  container: Container,
  linked: Container | undefined,
  choice: PortChoice,
  host: Host,
  rules: AddressRules,
  network: MetadataValue | undefined,
): Result<Locate, string> {
  const { networkMode } = container;
  const isShared = networkMode.startsWith('container:');
  const owner = isShared ? linked : container;
  const isOwnPort = isShared || choice.internal;
  const labelled = labelledAddresses(container, rules.ipLabel) ?? (owner && labelledAddresses(owner, rules.ipLabel));
  if (labelled?.ok === false) return labelled;
  if (labelled !== undefined) {
    const portFor = portServing(choice.bindings);
    return success(locateLabelled(labelled.value, isOwnPort ? () => choice.containerPort : portFor));
  }
  if (networkMode === 'none') return failure('has no network');
  if (owner === undefined) return failure(`shares the network of ${networkMode}, which is not there`);
  if (owner.networkMode === 'host' && (network === undefined || network.value === 'host')) {
    const itself = [{ hostIp: '', hostPort: choice.containerPort }] as const;
    return success(locatePublished(isShared ? itself : choice.bindings, host, rules));
  }
  if (isOwnPort) return locateOnNetwork(owner, choice.containerPort, network, rules);
  return success(locatePublished(choice.bindings, host, rules));
}
