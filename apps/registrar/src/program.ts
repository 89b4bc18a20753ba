import type { Agent, AgentContext, AgentProgram } from '@wharf/agent';
import { createRegistrar } from './app.ts';
import { registrarCommand } from './command.ts';
import { configure, type RegistrarSettings } from './configure.ts';
import { explainTask } from './explain-task.ts';
import { openEngine } from './io/open-engine.ts';
import { openRegistry } from './io/open-registry.ts';
import { registrarMetrics } from './metrics.ts';

/** The registrar as a process of its own: from its command line to a running agent with its own store and engine. */
export const program: AgentProgram<(typeof registrarCommand)['options'], RegistrarSettings> = {
  command: registrarCommand,
  metrics: registrarMetrics,
  tasks: [explainTask],
  configure,
  create(settings: RegistrarSettings, context: AgentContext): Agent {
    const opened = openRegistry(settings, context);
    const engine = openEngine(settings, context);
    const agent = createRegistrar(settings.registrar, { ...context, services: opened.registry, engine });
    return {
      ...agent,
      async stop() {
        await agent.stop();
        engine.close();
        await opened.close();
      },
    };
  },
};
