import type { Agent, Logger, Registry } from '@wharf/agent';
import { type MetricsAddress, type MetricsServer, startMetricsServer } from './io/metrics-server.ts';

export interface MetricsServerOptions {
  readonly address: MetricsAddress;
  readonly registry: Registry;
  readonly log: Logger;
}

/**
 * The agent, with what its `/metrics` shows where the variables of SkyDNS want it as well. That the
 * port cannot be had is said in the log, and stops no answers.
 */
export function withMetricsServer(agent: Agent, { address, registry, log }: MetricsServerOptions): Agent {
  let server: MetricsServer | undefined;
  return {
    ...agent,
    async start(stopAsked) {
      await agent.start(stopAsked);
      try {
        server = await startMetricsServer(agent.exposition ?? registry, address, log);
        log.info({ ...address }, 'the metrics are served where PROMETHEUS_PORT says, too');
      } catch (error) {
        log.error({ ...address, err: error }, 'the metrics cannot be served where PROMETHEUS_PORT says');
      }
    },
    async stop() {
      await server?.close();
      await agent.stop();
    },
  };
}
