import type { Logger } from '@wharf/agent';
import { type Container, type DockerEngine, EngineError } from '@wharf/docker-watcher';

/** How many containers are inspected at a time. */
const CONCURRENT_INSPECTIONS = 8;

/**
 * All containers of an engine as they are now, by ID. One that the engine stumbles over is left out with a warning.
 * @throws EngineError when the engine does not answer or refuses to
 */
export async function listContainers(
  engine: Pick<DockerEngine, 'list' | 'inspect'>,
  log: Pick<Logger, 'warn'>,
): Promise<ReadonlyMap<string, Container>> {
  const containers = new Map<string, Container>();
  const ids = (await engine.list()).values();
  const inspect = async (): Promise<void> => {
    for (const id of ids) {
      const container = await inspectOne(engine, id, log);
      if (container !== undefined) containers.set(id, container);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_INSPECTIONS }, inspect));
  return containers;
}

async function inspectOne(
  engine: Pick<DockerEngine, 'inspect'>,
  id: string,
  log: Pick<Logger, 'warn'>,
): Promise<Container | undefined> {
  try {
    return await engine.inspect(id);
  } catch (error) {
    if (!(error instanceof EngineError) || (error.code !== 'failed' && error.code !== 'unsupported')) throw error;
    log.warn({ container: id }, `${error.message}; it is left out`);
    return undefined;
  }
}
