import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { removeCgroups, removeEmptyCgroups } from './cgroups.ts';
import { requestEngine } from './engine-http.ts';
import { eventually } from './eventually.ts';
import { findCommand } from './find-command.ts';
import { type NamespaceNetwork, type Namespaces, startNamespaces } from './namespaces.ts';
import type { ServerProcess } from './server-process.ts';

/** A container engine in namespaces: its own network (unless told otherwise), mounts and process IDs, its own data. */
export interface Engine {
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
}

/**
 * An engine that has its namespaces to itself. When they end, so does everything in it, containers included; they end with
 * `stop` and with this process, however it dies.
 */
export interface PrivateEngine extends Engine {
  /** Ends daemon and containers and removes all that they kept. */
  stop(): Promise<void>;
}

/** Where one engine may put what. */
export interface EnginePlaces {
  /** For what is of no use after a boot: sockets, PID files, temporary files. */
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
  /** Its own when absent. */
  readonly network?: NamespaceNetwork;
  /** A control group that every engine of this kind uses, instead of `EnginePlaces.cgroup`. */
  readonly sharedCgroup?: string;
}

const READY_MS = 60_000;

/**
 * Starts an engine of its own and resolves when it answers. Needs root.
 * @throws Error naming the remedy when a program is missing; with the engine's output when it does not come up
 */
export async function startPrivateEngine(program: EngineProgram): Promise<PrivateEngine> {
  requireProgram(program);
  const folder = mkdtempSync(join(tmpdir(), `wharf-${program.name}-`));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', removeFolder);
  const cgroup = `/${basename(folder)}`;
  const places = { folder, socketPath: join(folder, 'docker.sock'), dataRoot: join(folder, 'data'), cgroup };
  const namespaces = await startNamespaces({ network: program.network ?? 'own' });
  let engine: Engine | undefined;
  const stop = async (): Promise<void> => {
    await namespaces.end();
    await engine?.kill();
    try {
      if (program.sharedCgroup === undefined) await removeCgroups(cgroup);
      else removeEmptyCgroups(program.sharedCgroup);
    } finally {
      removeFolder();
      process.removeListener('exit', removeFolder);
    }
  };
  try {
    const started = await startEngineIn(namespaces, places, program);
    engine = started;
    return Object.assign(started, { stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Starts an engine in namespaces that may have other servers too, and resolves when it answers. It ends with them; what it
 * leaves in its places is its owner's to remove.
 * @throws Error as `startPrivateEngine` does
 */
export async function startEngineIn(
  namespaces: Namespaces,
  places: EnginePlaces,
  program: EngineProgram,
): Promise<Engine> {
  const { name, remedy, env = {} } = program;
  requireProgram(program);
  // A containerd that hangs for a while leaves its stacks there.
  const temporary = join(places.folder, 'temporary');
  mkdirSync(temporary, { recursive: true });
  const start = async (): Promise<ServerProcess> => {
    const [command = name, ...args] = program.commandLine(places);
    const started = await namespaces.start({ name, command, args, env: { ...env, TMPDIR: temporary }, remedy });
    await answering(name, places.socketPath, started);
    return started;
  };
  let daemon = await start();
  const kill = async (signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> => {
    daemon.signal(signal);
    await daemon.ended;
  };
  return {
    socketPath: places.socketPath,
    dataRoot: places.dataRoot,
    get running() {
      return daemon.running;
    },
    get pid() {
      return daemon.pid;
    },
    enterNetwork: namespaces.enterNetwork,
    output: () => daemon.output(),
    docker: (...args) => runDocker(places.socketPath, join(places.folder, 'client'), args),
    kill,
    async restart() {
      await kill('SIGTERM');
      rmSync(join(places.folder, 'pid'), { force: true });
      daemon = await start();
    },
  };
}

function requireProgram({ name, requires, remedy }: EngineProgram): void {
  for (const command of requires) {
    if (findCommand(command) === undefined) throw new Error(`${command} is not on the PATH: ${remedy}`);
  }
  if (process.getuid?.() !== 0) throw new Error(`a private ${name} needs root: run the tests as root`);
}

async function answering(name: string, socketPath: string, daemon: ServerProcess): Promise<void> {
  const isThere = await eventually(
    `${name} answers`,
    async () => {
      if (!daemon.running) return false;
      const { status, body } = await requestEngine(socketPath, 'GET', '/_ping');
      if (status !== 200) throw new Error(`${status} ${body}`);
      return true;
    },
    { timeoutMs: READY_MS },
  );
  if (!isThere) throw new Error(`${name} ended while starting:\n${daemon.output()}`);
}

async function runDocker(socketPath: string, configFolder: string, args: readonly string[]): Promise<string> {
  const { DOCKER_CONTEXT: _context, DOCKER_HOST: _host, ...env } = process.env;
  const command = ['--config', configFolder, '--host', `unix://${socketPath}`, ...args];
  const { stdout } = await promisify(execFile)('docker', command, { env, maxBuffer: 256 * 1024 * 1024 });
  return stdout.endsWith('\n') ? stdout.slice(0, -1) : stdout;
}
