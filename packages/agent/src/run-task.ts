import { constants } from 'node:os';
import { Registry } from 'prom-client';
import type { AgentContext, Task } from './agent.ts';
import type { AgentOptions } from './agent-options.ts';
import type { Command, CommandLine } from './command.ts';
import { describeError } from './describe-error.ts';
import type { Logger } from './logger.ts';
import type { OptionTable } from './options.ts';
import { findRequest, parseCommandLine } from './parse-command-line.ts';
import { logSettings, type ProcessHost, refuse } from './process-host.ts';
import { escapeControls, withoutCredentials } from './quote-value.ts';
import { renderSubcommandHelp } from './render-help.ts';
import { VERSION } from './version.ts';

/** What a shell adds to a signal's number in the exit code of a process that the signal ended. */
const SIGNAL_EXIT_BASE = 128;

/**
 * Does a task of the program that `command` is the command line of; resolves to the exit code: 0 when it is done, 1 when
 * it failed, 2 for a wrong command line, 128 and the signal's number for one that a signal ended.
 * @param argv without the task's name
 */
export async function runTask<T extends OptionTable & AgentOptions>(
  command: Command<T>,
  task: Task<T>,
  argv: readonly string[],
  host: ProcessHost,
): Promise<number> {
  const { subcommand } = task;
  const request = findRequest(command.options, argv);
  if (request !== undefined) {
    host.writeOutput(request === 'help' ? renderSubcommandHelp(command, subcommand) : `${command.name} ${VERSION}\n`);
    return 0;
  }
  const name = `${command.name} ${subcommand.name}`;
  const parsed = parseCommandLine({ ...command, ...subcommand, name }, argv, host.env);
  if (!parsed.ok) return refuse(name, parsed.error, host);
  const run = task.configure(parsed.value, { hostname: host.hostname, env: host.env });
  if (!run.ok) return refuse(name, run.error, host);

  const log = createTaskLog(command.name, parsed.value, host);
  for (const warning of parsed.value.warnings) log.warn({}, warning);
  const { clock, random, hostname, env } = host;
  const context = { log, clock, random, registry: new Registry(), hostname, env };
  return untilDone(name, run.value, context, host);
}

function createTaskLog(name: string, { options, given }: CommandLine<AgentOptions>, host: ProcessHost): Logger {
  const logLevel = given.has('logLevel') ? options.logLevel : 'warn';
  const settings = logSettings(name, { ...options, logLevel, logTo: undefined }, host);
  return host.createLogger(settings, { onDrop: () => undefined, onForwardDrop: () => undefined });
}

async function untilDone(
  name: string,
  run: (context: AgentContext) => Promise<string>,
  context: AgentContext,
  host: ProcessHost,
): Promise<number> {
  const cutShort = Promise.withResolvers<number>();
  const fail = (error: unknown): number => {
    host.writeError(`${name}: ${escapeControls(withoutCredentials(describeError(error)))}\n`);
    return 1;
  };
  // As process 1 of a container nothing ends a process on a signal unless it does so itself.
  const stopListening = host.events.onSignal((signal) =>
    cutShort.resolve(SIGNAL_EXIT_BASE + constants.signals[signal]),
  );
  const stopWatching = host.events.onCrash((error) => cutShort.resolve(fail(error)));
  try {
    const output = await Promise.race([run(context), cutShort.promise]);
    if (typeof output === 'number') return output;
    host.writeOutput(output);
    return 0;
  } catch (error) {
    return fail(error);
  } finally {
    stopListening();
    stopWatching();
  }
}
