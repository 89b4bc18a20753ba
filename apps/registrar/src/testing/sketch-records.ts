import type { ContainerRecords } from '../records/container-records.ts';
import { idOf } from './container.ts';
import { sketchService } from './service.ts';

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
