import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs a command to its end where `enter` leads (`LabHost.enterNetwork`); resolves to its standard output.
 * @throws Error with what it printed on standard error
 */
export async function runIn(
  enter: readonly string[],
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const [program = 'nsenter', ...args] = [...enter, ...command];
  const { stdout } = await run(program, args, { env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
