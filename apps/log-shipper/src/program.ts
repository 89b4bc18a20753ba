import type { Agent, AgentContext, AgentProgram } from '@wharf/agent';
import { createDockerEngine } from '@wharf/docker-watcher';
import { createLogShipper } from './app.ts';
import { configure, type LogShipperSettings } from './configure.ts';
import { needsInspection } from './encoding-options.ts';
import { readHostHostname } from './io/read-host-hostname.ts';
import { readOwnContainerId } from './io/read-own-container-id.ts';
import { metrics } from './metrics.ts';
import { command, type options } from './options.ts';

/** The log shipper as a process of its own: from its command line to a running agent with its own engine. */
export const program: AgentProgram<typeof options, LogShipperSettings> = {
  command,
  metrics,
  configure,
  create({ shipper, dockerHost }: LogShipperSettings, context: AgentContext): Agent {
    const { env, clock } = context;
    const engine = createDockerEngine({
      dockerHost,
      env,
      clock,
      keepInspected: needsInspection(shipper.encoding, shipper.routes),
    });
    const agent = createLogShipper(shipper, {
      ...context,
      engine,
      syslogHostname: readHostHostname(),
      ownContainerId: readOwnContainerId(),
    });
    return {
      ...agent,
      async stop() {
        await agent.stop();
        engine.close();
      },
    };
  },
};
