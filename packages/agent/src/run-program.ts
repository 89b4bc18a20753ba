import { collectDefaultMetrics, Registry } from 'prom-client';
import type { HostPort } from './address-types.ts';
import type { Agent, AgentContext, AgentProgram } from './agent.ts';
import { agentMetrics } from './agent-metrics.ts';
import type { AgentOptions } from './agent-options.ts';
import type { CommandLine } from './command.ts';
import { findTask } from './find-task.ts';
import { logFailedStart } from './log-failed-start.ts';
import type { Logger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import type { OptionTable } from './options.ts';
import { findRequest, parseCommandLine } from './parse-command-line.ts';
import { logSettings, type ProcessHost, refuse } from './process-host.ts';
import { renderHelp } from './render-help.ts';
import type { Result } from './result.ts';
import { runTask } from './run-task.ts';
import { supervise } from './supervise.ts';
import { VERSION } from './version.ts';
import { withAdmin } from './with-admin.ts';

/** How long an orderly stop may take, in milliseconds: `docker stop` and systemd lose patience after 10 s and more. */
export const STOP_DEADLINE_MS = 10_000;

/** Runs a program from its command line to its end; resolves to the exit code (2 for a wrong command line). */
export async function runProgram<T extends OptionTable & AgentOptions, C>(
  program: AgentProgram<T, C>,
  host: ProcessHost,
): Promise<number> {
  const { command, tasks = [] } = program;
  const found = findTask(tasks, command.options, host.argv);
  if (found !== undefined) return runTask(command, found.task, found.argv, host);
  const request = findRequest(command.options, host.argv);
  if (request !== undefined) {
    host.writeOutput(
      request === 'help'
        ? renderHelp(
            command,
            tasks.map(({ subcommand }) => subcommand),
          )
        : `${command.name} ${VERSION}\n`,
    );
    return 0;
  }
  const parsed = parseCommandLine(command, host.argv, host.env);
  if (!parsed.ok) return refuse(command.name, parsed.error, host);
  const config = program.configure(parsed.value, { hostname: host.hostname, env: host.env });
  if (!config.ok) return refuse(command.name, config.error, host);

  const { log, registry, adminAddr } = prepare(command.name, parsed.value, host);
  for (const warning of parsed.value.warnings) log.warn({}, warning);
  const { clock, random, hostname, env } = host;
  const created = create(program, config.value, { log, clock, random, registry, hostname, env });
  if (!created.ok) {
    logFailedStart(log, created.error);
    return 1;
  }
  const title = `${command.name} ${VERSION}`;
  const agent =
    adminAddr === undefined ? created.value : withAdmin(created.value, { title, registry, address: adminAddr, log });
  return supervise(agent, { events: host.events, log, clock, stopDeadlineMs: STOP_DEADLINE_MS });
}

interface Prepared {
  readonly log: Logger;
  readonly registry: Registry;
  readonly adminAddr: HostPort | undefined;
}

function prepare(name: string, { options }: CommandLine<AgentOptions>, host: ProcessHost): Prepared {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = createMetrics(agentMetrics, registry);
  metrics.buildInfo.set({ agent: name, version: VERSION }, 1);
  const log = host.createLogger(logSettings(name, options, host), {
    onDrop: () => metrics.droppedLogLines.inc(),
    onForwardDrop: () => metrics.droppedLogToLines.inc(),
  });
  return { log, registry, adminAddr: options.adminAddr };
}

function create<T extends OptionTable & AgentOptions, C>(
  program: AgentProgram<T, C>,
  config: C,
  context: AgentContext,
): Result<Agent, unknown> {
  try {
    return { ok: true, value: program.create(config, context) };
  } catch (error) {
    return { ok: false, error };
  }
}
