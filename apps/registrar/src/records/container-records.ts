import type { Container } from '@wharf/docker-watcher';
import type { Host, Service, ServiceRules, SkippedPort } from '../services/service.ts';
import { renderPort } from '../services/service-ports.ts';
import { toServices } from '../services/to-services.ts';
import type { Layout, ServiceEntry } from './layout.ts';

/** A service with the key and value that announce it. */
export interface AnnouncedService extends ServiceEntry {
  readonly service: Service;
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
  for (const service of services) {
    const entry = layout.toRecord(service);
    if (entry.ok) announced.push({ ...entry.value, service });
    else unwritable.push(explain(service, entry.error));
  }
  return {
    containerId: container.id,
    containerName: container.name,
    startedAt: container.state.startedAt,
    announced,
    skipped: [...skipped, ...unwritable],
    warnings,
  };
}

function explain({ containerName, containerPort, protocol }: Service, problem: string): SkippedPort {
  const port = renderPort({ port: containerPort, protocol });
  return {
    port,
    reason: `container ${containerName}: port ${port} has bad metadata (SERVICE_NAME, SERVICE_ID): ${problem}`,
  };
}
