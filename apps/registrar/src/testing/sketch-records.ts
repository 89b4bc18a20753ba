import type { ContainerRecords } from '../records/container-records.ts';
import type { Service } from '../services/service.ts';
import { idOf } from './container.ts';

/** The service of port 80 of a container called `web`, as far as a test does not say otherwise. */
export function sketchService(more: Partial<Service> = {}): Service {
  return {
    containerId: idOf('web'),
    containerName: 'web',
    id: 'node-1:web:80',
    name: 'web',
    address: '10.0.0.5',
    port: 8080,
    containerPort: 80,
    protocol: 'tcp',
    tags: [],
    attributes: new Map(),
    ttlSeconds: 60,
    ...more,
  };
}

/** What a container gives that asks for these keys, with a service for each. */
export function sketchRecords(
  containerName: string,
  keys: readonly string[],
  startedAt: string = '2026-01-01T00:00:00Z',
): ContainerRecords {
  const containerId = idOf(containerName);
  return {
    containerId,
    containerName,
    startedAt,
    announced: keys.map((key) => ({
      service: sketchService({ containerId, containerName }),
      entries: [{ key, value: `value of ${containerName}` }],
    })),
    skipped: [],
    warnings: [],
  };
}
