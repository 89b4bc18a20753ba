import type { HostPort } from './address-types.ts';
import { agentOptionsWith } from './agent-options.ts';
import type { Environment } from './command.ts';
import { resolveOptions } from './resolve-options.ts';
import { failure, type Result, success } from './result.ts';
import { scanArguments } from './scan-arguments.ts';

/** A running agent, as seen from outside. */
export interface RunningAgent {
  /** All words of the command line that it was started with, whatever started it first. */
  readonly commandLine: readonly string[];
  readonly env: Environment;
  /** The program: what comes after it on the command line is the agent's own. */
  readonly main: string;
  /** Where its admin HTTP listens unless told otherwise. */
  readonly adminAddr: HostPort;
}

/**
 * Where a running agent serves its admin HTTP: by flag, variable or default, as the agent itself finds it; undefined when
 * that is off. Flags that only this one agent has are passed over, with their values.
 */
export function findAdminAddress({
  commandLine,
  env,
  main,
  adminAddr,
}: RunningAgent): Result<HostPort | undefined, string> {
  const at = commandLine.indexOf(main);
  const argv = at === -1 ? [] : commandLine.slice(at + 1);
  const options = agentOptionsWith({ adminAddr });
  const { flags } = scanArguments(options, argv);
  const { values, errors } = resolveOptions({ adminAddr: options.adminAddr }, flags, env);
  const [error] = errors;
  return error === undefined ? success(values.adminAddr) : failure(`${error.option} ${error.message}`);
}
