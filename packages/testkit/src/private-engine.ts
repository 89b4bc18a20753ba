import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { removeCgroups, removeEmptyCgroups } from './cgroups.ts';
import { requestEngine } from './engine-http.ts';
import { eventually } from './eventually.ts';
import { findCommand } from './find-command.ts';
import { type Daemon, startNamespaces } from './namespaces.ts';

/**
 * A private container engine: its own network, mounts and process IDs, its own data. When its namespaces end, so does
 * everything in it, containers included; they end with `stop` and with this process, however it dies.
 */
export interface PrivateEngine {
  readonly socketPath: string;
  /** Where the engine keeps its containers; Docker also their json-file logs. */
  readonly dataRoot: string;
  readonly running: boolean;
  /** The daemon's process ID on the host; of the newest one, also when it has ended. */
  readonly pid: number;
  /** Put before a command, runs it in the engine's network, where its containers and their ports can be reached. */
  readonly enterNetwork: readonly string[];
  /** The newest output of the daemon. */
  output(): string;
  /**
   * Runs the docker command on this engine and resolves to what it printed on stdout, without the last newline.
   * @throws Error with what it printed on stderr
   */
  docker(...args: readonly string[]): Promise<string>;
  /** Ends the daemon alone, by default as a crash does, and resolves when it is gone. Its containers run on. */
  kill(signal?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Starts the daemon again on the same data; one that still runs is ended in good order first. */
  restart(): Promise<void>;
  /** Ends daemon and containers and removes all that they kept. */
  stop(): Promise<void>;
}

/** Where one engine may put what; all of it goes with `stop`. */
export interface EnginePlaces {
  readonly folder: string;
  readonly socketPath: string;
  readonly dataRoot: string;
  /**
   * A control group, from the root of every hierarchy, so with a leading slash: a relative one would be created below the
   * control group that this process happens to be in.
   */
  readonly cgroup: string;
}

export interface EngineProgram {
  /** For messages, and in the name of the folder: `dockerd`. */
  readonly name: string;
  /** What must be on the PATH. */
  readonly requires: readonly string[];
  readonly remedy: string;
  commandLine(places: EnginePlaces): readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A control group that every engine of this kind uses, instead of `EnginePlaces.cgroup`. */
  readonly sharedCgroup?: string;
}

const READY_MS = 60_000;

/**
 * Starts an engine of its own and resolves when it answers. Needs root.
 * @throws Error naming the remedy when a program is missing; with the engine's output when it does not come up
 */
export async function startPrivateEngine(program: EngineProgram): Promise<PrivateEngine> {
  const { name, remedy, env = {} } = program;
  for (const command of program.requires) {
    if (findCommand(command) === undefined) throw new Error(`${command} is not on the PATH: ${remedy}`);
  }
  if (process.getuid?.() !== 0) throw new Error(`a private ${name} needs root: run the tests as root`);
  const folder = mkdtempSync(join(tmpdir(), `wharf-${name}-`));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', removeFolder);
  const cgroup = `/${basename(folder)}`;
  const places = { folder, socketPath: join(folder, 'docker.sock'), dataRoot: join(folder, 'data'), cgroup };
  const namespaces = await startNamespaces();
  let daemon: Daemon | undefined;

  const stop = async (): Promise<void> => {
    await namespaces.end();
    await daemon?.process.ended;
    try {
      if (program.sharedCgroup === undefined) await removeCgroups(cgroup);
      else removeEmptyCgroups(program.sharedCgroup);
    } finally {
      removeFolder();
      process.removeListener('exit', removeFolder);
    }
  };
  const start = async (): Promise<void> => {
    daemon = await namespaces.run({ name, command: program.commandLine(places), env, remedy });
    await answering(name, places.socketPath, daemon);
  };
  const kill = async (signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> => {
    if (daemon === undefined || !daemon.process.running) return;
    daemon.signal(signal);
    await daemon.process.ended;
  };

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    socketPath: places.socketPath,
    dataRoot: places.dataRoot,
    get running() {
      return daemon?.process.running === true;
    },
    get pid() {
      if (daemon === undefined) throw new Error(`${name} has not been started`);
      return daemon.pid;
    },
    enterNetwork: namespaces.enterNetwork,
    output: () => daemon?.process.output() ?? '',
    docker: (...args) => runDocker(places.socketPath, join(folder, 'client'), args),
    kill,
    async restart() {
      await kill('SIGTERM');
      rmSync(join(folder, 'pid'), { force: true });
      await start();
    },
    stop,
  };
}

async function answering(name: string, socketPath: string, daemon: Daemon): Promise<void> {
  const isThere = await eventually(
    `${name} answers`,
    async () => {
      if (!daemon.process.running) return false;
      const { status, body } = await requestEngine(socketPath, 'GET', '/_ping');
      if (status !== 200) throw new Error(`${status} ${body}`);
      return true;
    },
    { timeoutMs: READY_MS },
  );
  if (!isThere) throw new Error(`${name} ended while starting:\n${daemon.process.output()}`);
}

async function runDocker(socketPath: string, configFolder: string, args: readonly string[]): Promise<string> {
  const { DOCKER_CONTEXT: _context, DOCKER_HOST: _host, ...env } = process.env;
  const command = ['--config', configFolder, '--host', `unix://${socketPath}`, ...args];
  const { stdout } = await promisify(execFile)('docker', command, { env, maxBuffer: 256 * 1024 * 1024 });
  return stdout.endsWith('\n') ? stdout.slice(0, -1) : stdout;
}
