import type { AgentProgram, MetricTable } from '@wharf/agent';
import { program as dnsServer } from '@wharf/dns-server';
import { createDockerEngine } from '@wharf/docker-watcher';
import { program as logShipper, needsInspection, readOwnContainerId } from '@wharf/log-shipper';
import { program as registrar } from '@wharf/registrar';
import { createStandalone } from './app.ts';
import { command } from './command.ts';
import { configure, type StandaloneConfig } from './configure.ts';

/** The three agents as a process of its own: from the command line to running agents with an engine. */
export const program: AgentProgram<(typeof command)['options'], StandaloneConfig> = {
  command,
  metrics: metricsOf({ registrar, dnsServer, logShipper }),
  configure,
  create(config, context) {
    const { env, clock } = context;
    const engine = createDockerEngine({
      dockerHost: config.dockerHost,
      env,
      clock,
      keepInspected: needsInspection(config.logShipper.encoding, config.logShipper.routes),
    });
    const agent = createStandalone(config, { ...context, engine, ownContainerId: readOwnContainerId() });
    return {
      ...agent,
      async stop() {
        try {
          await agent.stop();
        } finally {
          engine.close();
        }
      },
    };
  },
};

/** The metrics of several programs in one table: what they call them in their code may be the same. */
function metricsOf(programs: Readonly<Record<string, { readonly metrics: MetricTable }>>): MetricTable {
  return Object.fromEntries(
    Object.entries(programs).flatMap(([name, { metrics }]) =>
      Object.entries(metrics).map(([key, declaration]) => [`${name}.${key}`, declaration]),
    ),
  );
}
