import { failure, type Result, success } from '@wharf/agent';
import type { Container } from '@wharf/docker-watcher';
import {
  type ContainerMetadata,
  collectMetadata,
  type MetadataValue,
  metadataOfPort,
  type PortMetadata,
  parseTags,
  valueFault,
} from './metadata.ts';
import type { ContainerServices, Host, Service, ServiceRules } from './service.ts';
import { serviceEndpoint } from './service-address.ts';
import { serviceId } from './service-id.ts';
import { serviceName } from './service-name.ts';
import { choosePorts, type PortChoice, type PortChoices, renderPort } from './service-ports.ts';

/**
 * What a container gives: for each of its ports a service, or the reason why there is none. A port with bad metadata
 * never takes its neighbours with it. A container that does not run gives nothing, and that needs no reason.
 * @param linked the container whose network this one shares, if it does and the other one is there
 */
export function toServices(
  container: Container,
  linked: Container | undefined,
  host: Host,
  rules: ServiceRules,
): ContainerServices {
  if (!isServing(container)) return { services: [], skipped: [], warnings: [] };
  const subject: Subject = { container, linked, host, rules, metadata: collectMetadata(container) };
  const ports = choosePorts(container, rules);
  const services: Service[] = [];
  const skipped = [...ports.skipped];
  const warnings = new Set<string>();
  for (const choice of ports.registrable) {
    const service = toService(subject, choice, ports, (warning) => warnings.add(warning));
    if (service.ok) services.push(service.value);
    else {
      const port = renderPort({ port: choice.containerPort, protocol: choice.protocol });
      skipped.push({ port, reason: `container ${container.name}: port ${port} ${service.error}` });
    }
  }
  return { services, skipped, warnings: [...warnings] };
}

/** A paused container keeps its services; one that waits for its next restart has none, although Docker calls it running. */
export function isServing({ state }: Pick<Container, 'state'>): boolean {
  return state.running && !state.restarting;
}

interface Subject {
  readonly container: Container;
  readonly linked: Container | undefined;
  readonly host: Host;
  readonly rules: ServiceRules;
  readonly metadata: ContainerMetadata;
}

function toService(
  { container, linked, host, rules, metadata }: Subject,
  choice: PortChoice,
  ports: PortChoices,
  warn: (warning: string) => void,
): Result<Service, string> {
  const { containerPort, protocol } = choice;
  const ofPort = metadataOfPort(metadata, containerPort);
  const fault = usageFault(ofPort, rules);
  if (fault !== undefined) return failure(fault);
  const endpoint = serviceEndpoint(container, linked, choice, host, rules);
  if (!endpoint.ok) return endpoint;
  const common = { containerPort, protocol };
  return success({
    ...common,
    ...endpoint.value,
    containerId: container.id,
    containerName: container.name,
    id: serviceId({
      ...common,
      given: ofPort.id?.value ?? '',
      hostName: host.name,
      containerName: container.name,
    }),
    name: serviceName(
      {
        given: ofPort.name?.value ?? '',
        namedByPort: ofPort.namedByPort,
        image: container.image,
        containerPort,
        registrable: ports.registrable.length,
        known: ports.known,
      },
      rules.naming,
    ),
    tags: parseTags(ofPort.tags?.value ?? ''),
    attributes: usableAttributes(container, ofPort.attributes, warn),
    ttlSeconds: rules.ttlSeconds,
  });
}

/** Why a port's metadata forbids a service; continues the sentence that the port begins. */
function usageFault({ ignore, name, id, tags }: PortMetadata, { explicit }: ServiceRules): string | undefined {
  if (ignore !== undefined && ignore.value !== '') return `is ignored: ${ignore.source} is set`;
  if (explicit && (name === undefined || name.value === '')) return 'has no SERVICE_NAME, which -explicit asks for';
  for (const value of [name, id, tags]) {
    const fault = value === undefined ? undefined : valueFault(value);
    if (fault !== undefined) return `has bad metadata: ${fault}`;
  }
  return undefined;
}

/**
 * Attributes with bad values are left out, and their service stays: variables such as SERVICE_ACCOUNT_KEY, with line
 * breaks in them, are common and meant for the application.
 */
function usableAttributes(
  container: Container,
  attributes: ReadonlyMap<string, MetadataValue>,
  warn: (warning: string) => void,
): ReadonlyMap<string, string> {
  const usable = new Map<string, string>();
  for (const [key, value] of attributes) {
    const fault = valueFault(value);
    if (fault === undefined) usable.set(key, value.value);
    else warn(`container ${container.name}: an attribute is left out: ${fault}`);
  }
  return usable;
}
