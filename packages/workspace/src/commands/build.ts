import { runCommand } from '../run-command.ts';

/** Builds every package and app; turbo repeats nothing whose inputs are unchanged. */
export function build(args: readonly string[]): Promise<number> {
  return runCommand('turbo', ['run', 'build', '--output-logs=errors-only', '--log-prefix=none', ...args]);
}
