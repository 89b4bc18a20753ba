import type { Agent } from '@wharf/agent';

/** One of several agents, and what its reasons and pages are called by: `dns`. */
export interface NamedAgent {
  readonly name: string;
  readonly agent: Agent;
}

/**
 * Several agents as one. They start stage by stage, and stop stage by stage in the reverse order, those of a stage at
 * the same time. It is ready when all are; reasons read `dns: ...`, pages are `/debug/dns-...`.
 */
export function combineAgents(stages: readonly (readonly NamedAgent[])[]): Agent {
  const all = stages.flat();
  /** How many stages were started, successfully or not. */
  let begun = 0;
  return {
    async start(stopAsked) {
      for (const stage of stages) {
        begun++;
        await settleAll(stage.map(({ agent }) => agent.start(stopAsked)));
      }
    },
    async stop() {
      const failures: unknown[] = [];
      for (const stage of stages.slice(0, begun).toReversed()) {
        try {
          await settleAll(stage.map(({ agent }) => agent.stop()));
        } catch (error) {
          failures.push(error);
        }
      }
      throwTogether(failures);
    },
    readiness: () => all.flatMap(({ name, agent }) => agent.readiness().map((reason) => `${name}: ${reason}`)),
    debug: Object.fromEntries(
      all.flatMap(({ name, agent }) => Object.entries(agent.debug).map(([page, look]) => [`${name}-${page}`, look])),
    ),
  };
}

/** Waits for every one of them, also when one fails. */
async function settleAll(tasks: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(tasks);
  throwTogether(outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : [])));
}

function throwTogether(failures: readonly unknown[]): void {
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures);
}
