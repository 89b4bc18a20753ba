import { runCommand } from '../run-command.ts';
import { buildQuietly } from './build.ts';

/** The apps that a script of the root runs one of, as they are from a clone. */
export type RunnableApp = 'registrar' | 'dns-server' | 'log-shipper';

/**
 * A command that builds what the app needs, and then is the app: its arguments, terminal and exit code, and every signal
 * that would end it.
 */
export function agentCommand(app: RunnableApp): (args: readonly string[]) => Promise<number> {
  return async (args) => {
    const built = await buildQuietly([`--filter=@wharf/${app}`]);
    return built === 0 ? runApp(app, args) : built;
  };
}

/** Runs a built app in the foreground, on the Node that runs this; resolves to its exit code. */
export function runApp(
  app: RunnableApp | 'standalone',
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  return runCommand(process.execPath, [`apps/${app}/dist/main.js`, ...args], { env, passesInterrupt: true });
}
