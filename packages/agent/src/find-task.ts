import type { Task } from './agent.ts';
import type { AgentOptions } from './agent-options.ts';
import type { OptionTable } from './options.ts';
import { scanArguments } from './scan-arguments.ts';

/** A task that a command line asks for. */
export interface FoundTask<T extends OptionTable & AgentOptions> {
  readonly task: Task<T>;
  /** The command line without the task's name. */
  readonly argv: readonly string[];
}

/** The task whose name is the first positional of a command line; undefined when there is none. */
export function findTask<T extends OptionTable & AgentOptions>(
  tasks: readonly Task<T>[],
  options: T,
  argv: readonly string[],
): FoundTask<T> | undefined {
  // Whether an argument is a positional or a flag's value follows from those before it.
  const at = argv.findIndex((_, index) => scanArguments(options, argv.slice(0, index + 1)).positionals.length > 0);
  const task = tasks.find(({ subcommand }) => subcommand.name === argv[at]);
  return task === undefined ? undefined : { task, argv: argv.toSpliced(at, 1) };
}
