import type { Clock } from '@wharf/agent';
import type { Container, DockerEngine } from '@wharf/docker-watcher';
import type { LogShipperConfig } from '../config.ts';
import type { LogReader } from '../sources/log-source.ts';
import { createApiReader } from './api-reader.ts';
import { createFileReader } from './files/file-reader.ts';

/** Where a container's log is read: its files, if those are wanted and can be read, or else the engine's API. */
export function createReaderChoice(
  engine: Pick<DockerEngine, 'readLog'>,
  { source, logFiles }: Pick<LogShipperConfig, 'source' | 'logFiles'>,
  clock: Clock,
): (container: Container) => Promise<LogReader> {
  const api = createApiReader(engine);
  if (source === 'api') return async () => api;
  const files = createFileReader({ folder: logFiles, clock });
  if (source === 'files') return async () => files;
  return async (container) => ((await files.isReadable(container)) ? files : api);
}
