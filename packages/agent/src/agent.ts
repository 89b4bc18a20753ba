import type { Registry } from 'prom-client';
import type { AgentOptions } from './agent-options.ts';
import type { Clock } from './clock.ts';
import type { Command, CommandLine, Environment, OptionError, Subcommand } from './command.ts';
import type { Exposition } from './exposition.ts';
import type { Logger } from './logger.ts';
import type { MetricTable } from './metrics.ts';
import type { OptionTable } from './options.ts';
import type { Result } from './result.ts';

/** A running part of Wharf: what `runAgent` starts, asks and stops. */
export interface Agent {
  /**
   * Resolves when its loops run. Rejects for what no waiting mends, such as an address that is in use; never because
   * a store or an engine is away: that is readiness. A start that waits for something gives up and resolves when
   * `stopAsked` aborts; `stop` is called next.
   */
  start(stopAsked?: AbortSignal): Promise<void>;
  /** Drains, releases and resolves; called at most once, after `start` has settled. */
  stop(): Promise<void>;
  /** Why it is not ready, each reason a sentence of its own; empty when it is. */
  readiness(): readonly string[];
  /** What it holds, each served as JSON at `/debug/<name>`; called for every request, so cheap and free of secrets. */
  readonly debug: Readonly<Record<string, () => unknown>>;
  /** What `/metrics` serves; the registry that the agent was given when absent. */
  readonly exposition?: Exposition;
}

/** What an agent is given of the world. */
export interface AgentContext {
  readonly log: Logger;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly registry: Registry;
  readonly hostname: string;
  readonly env: Environment;
}

/** What `configure` may know of the host besides the command line. */
export type HostFacts = Pick<AgentContext, 'hostname' | 'env'>;

/** A program that `runAgent` runs: from the command line to an agent, by way of its configuration `C`. */
export interface AgentProgram<T extends OptionTable & AgentOptions, C> {
  readonly command: Command<T>;
  readonly metrics: MetricTable;
  /** What it can be asked to do instead of running. */
  readonly tasks?: readonly Task<T>[];
  /** Checks what single options cannot; pure. */
  configure(line: CommandLine<T>, facts: HostFacts): Result<C, readonly OptionError[]>;
  /** Makes the agent; connects to nothing yet. */
  create(config: C, context: AgentContext): Agent;
}

/** A subcommand and what it does: it ends by itself, serves nothing, and logs at `warn` unless `-log-level` is given. */
export interface Task<T extends OptionTable & AgentOptions> {
  readonly subcommand: Subcommand;
  /**
   * Checks what single options cannot; pure. The positionals are those after the subcommand's name. What it gives does
   * the work, and resolves to what is printed on standard output; what it throws is printed on standard error as one
   * line, and makes the exit code 1.
   */
  configure(
    line: CommandLine<T>,
    facts: HostFacts,
  ): Result<(context: AgentContext) => Promise<string>, readonly OptionError[]>;
}
