import {
  failure,
  findRequest,
  parseCommandLine,
  type Result,
  renderHelp,
  renderOptionError,
  success,
  VERSION,
} from '@wharf/agent';
import { createNarrator } from '../demo/terminal.ts';
import { labCommandLine } from '../lab/lab-options.ts';
import { type LabTerminal, terminalAbilities } from '../lab/lab-terminal.ts';
import { parseLabScript } from '../lab/parse-lab-command.ts';
import { type LabSettings, runLab } from '../lab/run-lab.ts';
import { ensurePrograms, labPrograms } from '../system-packages.ts';
import { UserError } from '../user-error.ts';
import { buildQuietly } from './build.ts';
import { describeFailure } from './describe-failure.ts';

/**
 * Builds, then runs the lab until it is left; 0 only if every command of a script could be done, 130 after Ctrl-C, 2 for
 * arguments that cannot be meant. Cleans up in every case.
 */
export async function lab(args: readonly string[]): Promise<number> {
  const request = findRequest(labCommandLine.options, args);
  if (request !== undefined) {
    process.stdout.write(request === 'help' ? renderHelp(labCommandLine) : `wharf lab ${VERSION}\n`);
    return 0;
  }
  const settings = parseSettings(args);
  if (!settings.ok) {
    process.stderr.write(settings.error.map((line) => `${line}\n`).join(''));
    return 2;
  }
  if (process.getuid?.() !== 0) {
    throw new UserError(
      'The lab makes networks and starts container engines, for which it has to be root: sudo npm run lab',
    );
  }
  await ensurePrograms(labPrograms, 'run hosts with engines, etcd and rsyslog');
  const built = await buildQuietly();
  return built === 0 ? runInterruptibly(settings.value) : built;
}

/** The settings, or a line for each mistake. */
function parseSettings(args: readonly string[]): Result<LabSettings, readonly string[]> {
  const line = parseCommandLine(labCommandLine, args, process.env);
  if (!line.ok) return failure(line.error.map(renderOptionError));
  const { hosts, ttl, ttlRefresh, script } = line.value.options;
  const commands = script === undefined ? undefined : parseLabScript(script, hosts);
  if (commands?.ok === false) return failure([`-script: ${commands.error}`]);
  if (ttlRefresh >= ttl) return failure([`-ttl-refresh: "${ttlRefresh}" is not shorter than -ttl, ${ttl}`]);
  return success({ hosts, ttlSeconds: ttl, ttlRefreshSeconds: ttlRefresh, script: commands?.value });
}

async function runInterruptibly(settings: LabSettings): Promise<number> {
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new UserError('The lab was interrupted.'));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  // They stay until the end: a second Ctrl-C must not leave behind what the first is removing.
  for (const signal of signals) process.on(signal, interrupt);
  // The terminal was closed, or a reader has gone (`| head`): that must not keep the lab from cleaning up.
  for (const stream of [process.stdin, process.stdout, process.stderr]) stream.on('error', interrupt);
  const { stdin, stdout } = process;
  const arePiped = settings.script === undefined && !stdin.isTTY;
  const terminal: LabTerminal = { stdin, stdout, ...terminalAbilities(stdout.isTTY, arePiped, process.env) };
  const screen = { write: (text: string) => process.stdout.write(text), isTerminal: terminal.colours };
  const narrator = createNarrator(screen, () => performance.now());
  try {
    const isDone = await runLab(settings, terminal, narrator, { signal: interrupted.signal, interrupt });
    return isDone || terminal.isLive ? 0 : 1;
  } catch (error) {
    if (error !== interrupted.signal.reason) process.stderr.write(`\nThe lab failed: ${describeFailure(error)}\n`);
    return interrupted.signal.aborted ? 130 : 1;
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
