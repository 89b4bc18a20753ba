import type { Logger } from '@wharf/agent';
import { type Container, concernsOneContainer, createLimiter, type DockerEngine } from '@wharf/docker-watcher';

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
  const inTurn = createLimiter(CONCURRENT_INSPECTIONS);
  const ids = await engine.list();
  const found = await Promise.all(ids.map((id) => inTurn(() => inspectOne(engine, id, log))));
  return new Map(found.flatMap((container) => (container === undefined ? [] : [[container.id, container]])));
}

async function inspectOne(
  engine: Pick<DockerEngine, 'inspect'>,
  id: string,
  log: Pick<Logger, 'warn'>,
): Promise<Container | undefined> {
  try {
    return await engine.inspect(id);
  } catch (error) {
    if (!concernsOneContainer(error)) throw error;
    log.warn({ container: id }, `${error.message}; it is left out`);
    return undefined;
  }
}
