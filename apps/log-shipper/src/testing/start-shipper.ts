import { type Agent, Registry, silentLogger, systemClock } from '@wharf/agent';
import { createDockerEngine } from '@wharf/docker-watcher';
import { createLogShipper, type LogShipperDependencies } from '../app.ts';
import { type LogShipperConfig, logShipperDefaults } from '../config.ts';
import { parseRoutes } from '../routes/parse-routes.ts';

/** A log shipper in this process, and what it counts. */
export interface RunningShipper {
  readonly agent: Agent;
  /** The sum of a metric over all its labels. */
  count(metric: string): Promise<number>;
  /** The routes that a metric has values of. */
  routesOf(metric: string): Promise<readonly unknown[]>;
  stop(): Promise<void>;
}

/** Starts a shipper on the engine at `socketPath` with these routes. */
export async function startShipper(
  socketPath: string,
  routes: readonly string[],
  config: Partial<LogShipperConfig> = {},
  dependencies: Partial<LogShipperDependencies> = {},
): Promise<RunningShipper> {
  const parsed = parseRoutes(routes, '<route URI>', {});
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const registry = new Registry();
  const engine = createDockerEngine({ dockerHost: `unix://${socketPath}` });
  const agent = createLogShipper(
    { ...logShipperDefaults, ...config, routes: parsed.value },
    {
      engine,
      log: silentLogger,
      clock: systemClock,
      random: Math.random,
      registry,
      hostname: 'east',
      env: {},
      ...dependencies,
    },
  );
  await agent.start();
  return {
    agent,
    async count(metric) {
      const { values } = (await registry.getSingleMetric(metric)?.get()) ?? { values: [] };
      return values.reduce((sum, { value }) => sum + value, 0);
    },
    async routesOf(metric) {
      const { values } = (await registry.getSingleMetric(metric)?.get()) ?? { values: [] };
      return values.map(({ labels }) => labels['route']);
    },
    async stop() {
      await agent.stop();
      engine.close();
    },
  };
}
