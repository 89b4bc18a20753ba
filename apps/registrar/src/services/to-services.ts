import { failure, type Result, success } from '@wharf/agent';
import type { Container } from '@wharf/docker-watcher';
import { containerTags } from './container-tags.ts';
import {
  type ContainerMetadata,
  collectMetadata,
  MAX_KEYS,
  type MetadataValue,
  metadataOfPort,
  networkOfPort,
  type PortMetadata,
  parseTags,
  valueFault,
} from './metadata.ts';
import { type RecordFields, readRecordFields } from './record-fields.ts';
import type { ContainerServices, Host, Service, ServiceRules } from './service.ts';
import { type Endpoint, serviceEndpoints } from './service-address.ts';
import { serviceId } from './service-id.ts';
import { imageName, serviceName } from './service-name.ts';
import { choosePorts, type PortChoice, type PortChoices, renderPort } from './service-ports.ts';
import { servingOf } from './serving.ts';

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
  const serving = servingOf(container, rules);
  if (!serving.serving) return nothing(container, serving.reason);
  if (rules.only?.matches(container.labels) === false) {
    return nothing(container, 'has not the labels that -only asks for');
  }
  const metadata = collectMetadata(container, rules.metadataPrefix);
  const tags = containerTags(container, rules.tags);
  if (!tags.ok) return nothing(container, tags.error, true);
  const subject: Subject = { container, linked, host, rules, metadata, tags: tags.value.tags };
  const asksForNetwork = (port: number): boolean => (networkOfPort(metadata, port)?.value ?? '') !== '';
  const ports = choosePorts(container, rules, asksForNetwork);
  const services: Service[] = [];
  const skipped = [...ports.skipped];
  const warnings = new Set<string>([
    ...tooMuchMetadata(container, metadata),
    ...metadataOfNoPort(container, metadata),
    ...tags.value.warnings.map((warning) => `container ${container.name}: ${warning}`),
    ...ports.warnings,
  ]);
  for (const choice of ports.registrable) {
    const ofPort = toServicesOfPort(subject, choice, ports, (warning) => warnings.add(warning));
    if (ofPort.ok) services.push(...ofPort.value);
    else {
      const port = renderPort({ port: choice.containerPort, protocol: choice.protocol });
      const { reason, ...more } = ofPort.error;
      skipped.push({ port, reason: `container ${container.name}: port ${port} ${reason}`, ...more });
    }
  }
  return { services, skipped, warnings: [...warnings] };
}

interface Subject {
  readonly container: Container;
  readonly linked: Container | undefined;
  readonly host: Host;
  readonly rules: ServiceRules;
  readonly metadata: ContainerMetadata;
  /** From the operator's template. */
  readonly tags: readonly string[];
}

/**
 * @param reason continues the sentence that the container begins; undefined where none is needed
 * @param isFault whether somebody has to mend it
 */
function nothing({ name }: Container, reason: string | undefined, isFault = false): ContainerServices {
  if (reason === undefined) return { services: [], skipped: [], warnings: [] };
  const skipped = { port: '*', reason: `container ${name} ${reason}`, ...(isFault ? { isFault } : {}) };
  return { services: [], skipped: [skipped], warnings: [] };
}

/** Why a port gives no service; `reason` continues the sentence that the port begins. */
interface Refusal {
  readonly reason: string;
  readonly isFault?: true;
}

function badMetadata(fault: string): Result<never, Refusal> {
  return failure({ reason: `has bad metadata: ${fault}`, isFault: true });
}

/** One service for each address that the port is announced at. */
function toServicesOfPort(
  subject: Subject,
  choice: PortChoice,
  ports: PortChoices,
  warn: (warning: string) => void,
): Result<readonly Service[], Refusal> {
  const { container, linked, host, rules, metadata } = subject;
  const ofPort = metadataOfPort(metadata, choice.containerPort);
  const name = nameOf(subject, choice, ports, ofPort);
  const choiceAgainst = whyNotWanted(ofPort, rules);
  if (choiceAgainst !== undefined) return failure({ reason: choiceAgainst });
  const fault = metadataFault(ofPort) ?? name.fault;
  if (fault !== undefined) return badMetadata(fault);
  const fields = readRecordFields(ofPort);
  if (!fields.ok) return badMetadata(fields.error);
  const endpoints = serviceEndpoints(container, linked, choice, host, rules, ofPort.network);
  if (!endpoints.ok) return failure({ reason: endpoints.error });
  const attributes = usableAttributes(container, ofPort.attributes, warn);
  const common = { name: name.value, attributes, tags: tagsOf(ofPort, choice, subject.tags), ...fields.value };
  return success(
    endpoints.value.map((endpoint, index) =>
      toService(subject, choice, ofPort, { ...endpoint, isSecond: index > 0 }, common),
    ),
  );
}

function toService(
  { container, host, rules }: Subject,
  { containerPort, protocol }: PortChoice,
  ofPort: PortMetadata,
  { address, port, isSecond }: Endpoint & { readonly isSecond: boolean },
  common: Pick<Service, 'name' | 'attributes' | 'tags'> & RecordFields,
): Service {
  const given = ofPort.id?.value ?? '';
  return {
    containerId: container.id,
    containerName: container.name,
    containerPort,
    protocol,
    address,
    port,
    id: serviceId({ given, hostName: host.name, containerName: container.name, containerPort, protocol, isSecond }),
    ...(given === '' ? {} : { hasGivenId: true }),
    ttlSeconds: rules.ttlSeconds,
    ...common,
  };
}

function nameOf(
  { container, rules }: Subject,
  { containerPort }: PortChoice,
  { registrable, known }: PortChoices,
  { name, namedByPort }: PortMetadata,
): { readonly value: string; readonly fault: string | undefined } {
  const given = name?.value ?? '';
  const said = rules.nameLabel === undefined ? '' : (container.labels.get(rules.nameLabel) ?? '');
  const fallback = said === '' ? imageName(container.image) : said;
  const facts = { given, namedByPort, fallback, containerPort, registrable: registrable.length, known };
  const fault = given === '' ? valueFault({ value: said, source: `label ${rules.nameLabel}` }) : undefined;
  return {
    value: serviceName(facts, rules.naming),
    fault,
  };
}

/** UDP services are tagged so, as in the original. */
function tagsOf({ tags }: PortMetadata, { protocol }: PortChoice, more: readonly string[]): readonly string[] {
  return [...parseTags(tags?.value ?? ''), ...more, ...(protocol === 'udp' ? ['udp'] : [])];
}

/** Why a port is not to be announced, by the container's choice or the operator's; continues the sentence that the port begins. */
function whyNotWanted({ ignore, name }: PortMetadata, { explicit, metadataPrefix }: ServiceRules): string | undefined {
  if (ignore !== undefined && ignore.value !== '') return `is ignored: ${ignore.source} is set`;
  if (!explicit || (name !== undefined && name.value !== '')) return undefined;
  return `has no ${metadataPrefix}NAME, which -explicit asks for`;
}

function metadataFault({ name, id, tags, network, group }: PortMetadata): string | undefined {
  for (const value of [name, id, tags, network, group]) {
    const fault = value === undefined ? undefined : valueFault(value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** What is said of ports that the container does not have: mostly the host's port in the place of the container's. */
function metadataOfNoPort({ name, ports }: Container, { byPort }: ContainerMetadata): readonly string[] {
  const known = new Set(ports.map(({ port }) => String(port)));
  return Array.from(byPort).flatMap(([port, said]) => {
    const [first] = said.values();
    if (first === undefined || known.has(port)) return [];
    return [`container ${name}: ${first.source} names no port of the container (the host's ports do not count)`];
  });
}

function tooMuchMetadata({ name }: Container, { leftOut }: ContainerMetadata): readonly string[] {
  if (leftOut === 0) return [];
  return [
    `container ${name}: ${leftOut} of its variables and labels are left out: at most ${MAX_KEYS} attributes are read`,
  ];
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
