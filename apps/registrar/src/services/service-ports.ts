import type { Container, ContainerPort, PortBinding } from '@wharf/docker-watcher';
import type { ServiceRules, SkippedPort } from './service.ts';

/** How many ports of a container can be announced, and of how many is told why they are not. */
export const MAX_PORTS = 1024;

/** Where a port is published, in the engine's order. */
export type PortBindings = readonly [PortBinding, ...PortBinding[]];

/** A port that can be announced. */
export interface PortChoice {
  readonly containerPort: number;
  readonly protocol: ContainerPort['protocol'];
  /** Announced by the container's own address and port, wherever it is published. */
  readonly internal: boolean;
  /** Published on itself, at all addresses, where the engine publishes it nowhere. */
  readonly bindings: PortBindings;
}

/** The ports of a container, split into those that can be announced and the others. */
export interface PortChoices {
  readonly registrable: readonly PortChoice[];
  readonly skipped: readonly SkippedPort[];
  /** How many ports the container has, announced or not. */
  readonly known: number;
  /** That there are more than are looked at. */
  readonly warnings: readonly string[];
}

/**
 * Which ports of a container can be announced: those that are published, and those that are `internal`, by the
 * operator's rule or for this port alone. Exposed ports count as published on themselves where the container has no
 * network stack of its own (host networking, another container's).
 * @param isInternal whether the container itself wants a port to be announced by its own address
 */
export function choosePorts(
  container: Container,
  rules: Pick<ServiceRules, 'internal'>,
  isInternal: (port: number) => boolean,
): PortChoices {
  const registrable: PortChoice[] = [];
  const skipped: SkippedPort[] = [];
  for (const port of container.ports) {
    const choice = choosePort(container, port, rules.internal || isInternal(port.port));
    if (typeof choice !== 'string') {
      if (registrable.length < MAX_PORTS) registrable.push(choice);
    } else if (skipped.length < MAX_PORTS) skipped.push({ port: renderPort(port), reason: choice });
  }
  const known = container.ports.length;
  return {
    registrable,
    skipped,
    known,
    warnings: tooManyPorts(container, known - registrable.length - skipped.length),
  };
}

/** Writes a port as Docker does: `8080/tcp`. */
export function renderPort({ port, protocol }: Pick<ContainerPort, 'port' | 'protocol'>): string {
  return `${port}/${protocol}`;
}

/** True for host networking and for containers in another container's network stack. */
export function sharesNetworkStack({ networkMode }: Pick<Container, 'networkMode'>): boolean {
  return networkMode === 'host' || networkMode.startsWith('container:');
}

function tooManyPorts({ name }: Container, count: number): readonly string[] {
  if (count === 0) return [];
  return [`container ${name}: ${count} of its ports are left out: at most ${MAX_PORTS} are registered`];
}

function choosePort(container: Container, port: ContainerPort, internal: boolean): PortChoice | string {
  const { port: containerPort, protocol, bindings } = port;
  const [first, ...others] = bindings;
  if (first !== undefined) return { containerPort, protocol, internal, bindings: [first, ...others] };
  if (internal || sharesNetworkStack(container)) {
    return { containerPort, protocol, internal, bindings: [{ hostIp: '', hostPort: containerPort }] };
  }
  return `container ${container.name}: port ${renderPort(port)} is not published on the host (-internal announces it)`;
}
