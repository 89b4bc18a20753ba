import type { Container, ContainerPort } from '@wharf/docker-watcher';
import type { ServiceRules, SkippedPort } from './service.ts';

/** A port that can be announced, and where the engine publishes it. */
export interface PortChoice {
  readonly containerPort: number;
  readonly protocol: ContainerPort['protocol'];
  /** The port on the host; the container's own where the container shares another network stack. */
  readonly hostPort: number;
  /** The address that the port is bound to; empty for all addresses of the host. */
  readonly hostIp: string;
}

/** The ports of a container, split into those that can be announced and the others. */
export interface PortChoices {
  readonly registrable: readonly PortChoice[];
  readonly skipped: readonly SkippedPort[];
  /** How many ports the container has, announced or not. */
  readonly known: number;
}

/**
 * Which ports of a container can be announced. Exposed ports count as published on themselves where the container has
 * no network stack of its own (host networking, another container's); elsewhere only published ports do, and with
 * `internal` all. Of several bindings (IPv4 and IPv6, say) the first counts.
 */
export function choosePorts(container: Container, rules: Pick<ServiceRules, 'internal'>): PortChoices {
  const registrable: PortChoice[] = [];
  const skipped: SkippedPort[] = [];
  for (const port of container.ports) {
    const choice = choosePort(container, port, rules.internal);
    if (typeof choice === 'string') skipped.push({ port: renderPort(port), reason: choice });
    else registrable.push(choice);
  }
  return { registrable, skipped, known: container.ports.length };
}

/** Writes a port as Docker does: `8080/tcp`. */
export function renderPort({ port, protocol }: Pick<ContainerPort, 'port' | 'protocol'>): string {
  return `${port}/${protocol}`;
}

/** True for host networking and for containers in another container's network stack. */
export function sharesNetworkStack({ networkMode }: Pick<Container, 'networkMode'>): boolean {
  return networkMode === 'host' || networkMode.startsWith('container:');
}

function choosePort(container: Container, port: ContainerPort, internal: boolean): PortChoice | string {
  const self: PortChoice = { containerPort: port.port, protocol: port.protocol, hostPort: port.port, hostIp: '' };
  const [binding] = port.bindings;
  if (binding !== undefined) return { ...self, hostPort: binding.hostPort, hostIp: binding.hostIp };
  if (internal || sharesNetworkStack(container)) return self;
  return `container ${container.name}: port ${renderPort(port)} is not published on the host (-internal announces it)`;
}
