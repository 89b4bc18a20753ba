import { captureCommand, runCommand } from '../run-command.ts';

const turbo = ['run', 'build', '--output-logs=errors-only', '--log-prefix=none'];

/** Builds every package and app; turbo repeats nothing whose inputs are unchanged. */
export function build(args: readonly string[]): Promise<number> {
  return runCommand('turbo', [...turbo, ...args]);
}

/**
 * Builds as a step of another command: a line on standard error, and turbo's own output only when it fails.
 * @param args further words for turbo, such as `--filter=@wharf/registrar`
 */
export async function buildQuietly(args: readonly string[] = []): Promise<number> {
  const startedAtMs = performance.now();
  process.stderr.write('Building (what is unchanged comes from the cache) ... ');
  const { exitCode, output } = await captureCommand('turbo', [...turbo, ...args]);
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  process.stderr.write(exitCode === 0 ? `done in ${seconds} s\n` : `failed\n${output}`);
  return exitCode;
}
