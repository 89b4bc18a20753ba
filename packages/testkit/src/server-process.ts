import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { findCommand } from './find-command.ts';

export interface ServerCommand {
  /** For messages: `etcd`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What to do when the command is not there: `apt-get install etcd-server`. */
  readonly remedy: string;
  /** Called with each chunk of its standard output. */
  readonly onOutput?: (chunk: Buffer) => void;
}

/** `startServer`, or what does the same in other namespaces, where the folder cannot be chosen. */
export type StartServer = (server: Omit<ServerCommand, 'cwd'>) => Promise<ServerProcess>;

/** A real server under test: started, signalled, killed and started again; its newest output is kept for failures. */
export interface ServerProcess {
  readonly pid: number;
  readonly running: boolean;
  /** Null while it runs, and when a signal ended it. */
  readonly exitCode: number | null;
  /** The newest output, stdout and stderr together, at most 64 KiB. */
  output(): string;
  signal(signal: NodeJS.Signals): void;
  /** Sends `signal` and resolves when the process is gone; SIGKILL follows after `graceMs`. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<void>;
  /** Resolves when the process has ended, by whatever cause. */
  readonly ended: Promise<void>;
}

const OUTPUT_LIMIT = 64 * 1024;
const live = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of live) child.kill('SIGKILL');
});

/**
 * Starts a server; resolves as soon as the process exists: whether it serves yet is the launcher's to find out. It ends
 * with this process, however that dies: a test worker that is killed runs no handler of its own. Where the kernel sees to
 * that it has a session of its own: Ctrl-C on the terminal reaches its owner alone, who can then clean up with it.
 * @throws Error naming the remedy when the command is missing
 */
export async function startServer(server: ServerCommand): Promise<ServerProcess> {
  const env = { ...process.env, ...server.env };
  const { command, args, isBound } = boundToThisProcess(server, env.PATH ?? '');
  const child = spawn(command, args, {
    detached: isBound,
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
    ...(server.cwd === undefined ? {} : { cwd: server.cwd }),
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-OUTPUT_LIMIT);
  };
  child.stdout.on('data', keep);
  if (server.onOutput !== undefined) child.stdout.on('data', server.onOutput);
  child.stderr.on('data', keep);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      live.delete(child);
      resolve();
    });
  });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new Error(`${server.name} cannot be started (${server.command}): ${server.remedy}`, { cause: error });
  }
  const { pid } = child;
  if (pid === undefined) throw new Error(`${server.name} has no process ID although it was spawned`);
  live.add(child);
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;

  return {
    pid,
    get running() {
      return isRunning();
    },
    get exitCode() {
      return child.exitCode;
    },
    output: () => output,
    signal(signal) {
      child.kill(signal);
    },
    async stop(signal = 'SIGTERM', graceMs = 10_000) {
      if (!isRunning()) return;
      child.kill(signal);
      child.kill('SIGCONT');
      const kill = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(kill);
    },
    ended,
  };
}

/**
 * The command by way of `setpriv`, which asks the kernel to kill it when its parent dies, and then becomes it: the
 * process ID is the server's own.
 */
function boundToThisProcess(
  { name, command, args, remedy }: ServerCommand,
  path: string,
): { readonly command: string; readonly args: readonly string[]; readonly isBound: boolean } {
  const found = findCommand(command, path);
  if (found === undefined) throw new Error(`${name} cannot be started (${command}): ${remedy}`);
  const setpriv = findCommand('setpriv', path);
  // Only Linux has it; elsewhere `exit` above, and Ctrl-C for the whole process group, are all there is.
  if (setpriv === undefined) return { command: found, args, isBound: false };
  return { command: setpriv, args: ['--pdeathsig', 'KILL', found, ...args], isBound: true };
}
