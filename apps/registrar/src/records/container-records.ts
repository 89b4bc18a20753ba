import type { Container } from '@wharf/docker-watcher';
import type { Host, Service, ServiceRules, SkippedPort } from '../services/service.ts';
import { renderPort } from '../services/service-ports.ts';
import { toServices } from '../services/to-services.ts';
import type { Layout, ServiceEntry } from './layout.ts';

/** How many warnings about one container are told. */
const MAX_WARNINGS = 100;

/** A service with what announces it. */
export interface AnnouncedService {
  readonly service: Service;
  readonly entries: readonly ServiceEntry[];
}

/** Everything that one container gives. */
export interface ContainerRecords {
  readonly containerId: string;
  readonly containerName: string;
  /** RFC 3339; empty when it never started. */
  readonly startedAt: string;
  readonly announced: readonly AnnouncedService[];
  readonly skipped: readonly SkippedPort[];
  readonly warnings: readonly string[];
}

/** `toServices`, then the layout: a service that the layout cannot write is one more skipped port. */
export function toContainerRecords(
  container: Container,
  linked: Container | undefined,
  host: Host,
  rules: ServiceRules,
  layout: Layout,
): ContainerRecords {
  const { services, skipped, warnings } = toServices(container, linked, host, rules);
  const announced: AnnouncedService[] = [];
  const unwritable: SkippedPort[] = [];
  const changes: string[] = [];
  for (const service of services) {
    const written = layout.toEntries(service);
    if (written.ok) {
      announced.push({ service, entries: written.value.entries });
      changes.push(...written.value.warnings.map((warning) => sentence(service, warning)));
    } else {
      unwritable.push({ port: renderServicePort(service), reason: sentence(service, written.error), isFault: true });
    }
  }
  return {
    containerId: container.id,
    containerName: container.name,
    startedAt: container.state.startedAt,
    announced,
    skipped: [...skipped, ...unwritable],
    warnings: firstOf([...warnings, ...changes], container),
  };
}

function firstOf(warnings: readonly string[], { name }: Container): readonly string[] {
  const more = warnings.length - MAX_WARNINGS;
  return more <= 0 ? warnings : [...warnings.slice(0, MAX_WARNINGS), `container ${name}: and ${more} more of the like`];
}

function sentence(service: Service, rest: string): string {
  return `container ${service.containerName}: port ${renderServicePort(service)} ${rest}`;
}

function renderServicePort({ containerPort, protocol }: Service): string {
  return renderPort({ port: containerPort, protocol });
}
