import { execFile } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { removeCgroups } from './cgroups.ts';
import { requestEngine } from './engine-http.ts';
import { eventually } from './eventually.ts';
import { type ServerProcess, startServer } from './server-process.ts';

export interface DockerdOptions {
  /** Containers outlive the daemon (`--live-restore`). */
  readonly liveRestore?: boolean;
  /** Further arguments of dockerd. */
  readonly args?: readonly string[];
}

/**
 * A private Docker engine: its own network, mounts and process IDs, its own data. When its namespaces end, so does
 * everything in it, containers included; they end with `stop` and with this process, however it dies.
 */
export interface Dockerd {
  readonly socketPath: string;
  /** Where the engine keeps containers and their json-file logs. */
  readonly dataRoot: string;
  readonly running: boolean;
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

const REMEDY = 'apt-get install docker.io iproute2';
const READY_MS = 60_000;

/**
 * What the first process of the namespaces does: what a daemon would leave behind outside its data folder, or share with
 * another daemon, becomes private; then it waits, for the shell's `wait` also reaps orphans: a crashed daemon's
 * containerd that stayed a zombie would be taken for alive by the next daemon.
 */
const FIRST_PROCESS = [
  'mount -t tmpfs tmpfs /run && mkdir -p /etc/docker && mount -t tmpfs tmpfs /etc/docker && ip link set lo up || exit 1',
  'echo prepared',
  'while :; do sleep 1000000 & wait; done',
].join('\n');

/**
 * Starts an engine of its own from Debian's dockerd and resolves when it answers. Needs root.
 * @throws Error naming the remedy when dockerd or ip is missing; with dockerd's output when it does not come up
 */
export async function startDockerd(options: DockerdOptions = {}): Promise<Dockerd> {
  for (const command of ['dockerd', 'docker', 'ip']) requireCommand(command);
  if (process.getuid?.() !== 0) throw new Error('a private Docker engine needs root: run the tests as root');
  const folder = mkdtempSync(join(tmpdir(), 'wharf-dockerd-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', removeFolder);
  const cgroup = basename(folder);
  const socketPath = join(folder, 'docker.sock');
  const namespaces = await startNamespaces();
  const enter = ['nsenter', '--target', String(namespaces.init), '--net'];
  let daemon: Daemon | undefined;

  const stop = async (): Promise<void> => {
    process.kill(namespaces.init, 'SIGKILL');
    await namespaces.holder.ended;
    await daemon?.process.ended;
    await removeCgroups(cgroup);
    removeFolder();
    process.removeListener('exit', removeFolder);
  };
  const start = async (): Promise<void> => {
    const args = [
      `--data-root=${join(folder, 'data')}`,
      `--exec-root=${join(folder, 'exec')}`,
      `--pidfile=${join(folder, 'pid')}`,
      `--host=unix://${socketPath}`,
      '--exec-opt=native.cgroupdriver=cgroupfs',
      `--cgroup-parent=${cgroup}`,
      ...(options.liveRestore === true ? ['--live-restore'] : []),
      ...(options.args ?? []),
    ];
    daemon = await startDaemon([...enter, '--mount', '--pid', '--', 'dockerd', ...args]);
    await answering(socketPath, daemon);
  };
  const kill = async (signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> => {
    if (daemon === undefined || !daemon.process.running) return;
    process.kill(daemon.pid, signal);
    await daemon.process.ended;
  };

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    socketPath,
    dataRoot: join(folder, 'data'),
    get running() {
      return daemon?.process.running === true;
    },
    enterNetwork: [...enter, '--'],
    output: () => daemon?.process.output() ?? '',
    docker: (...args) => runDocker(socketPath, join(folder, 'client'), args),
    kill,
    async restart() {
      await kill('SIGTERM');
      rmSync(join(folder, 'pid'), { force: true });
      await start();
    },
    stop,
  };
}

interface Daemon {
  /** `nsenter`, which ends when the daemon does. */
  readonly process: ServerProcess;
  /** The daemon itself, as this process sees it. */
  readonly pid: number;
}

/** Starts the first process of new namespaces; killing it ends all others in them. */
async function startNamespaces(): Promise<{ holder: ServerProcess; init: number }> {
  const unshare = ['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const holder = await startServer({
    name: 'the namespaces of dockerd',
    command: 'setpriv',
    args: ['--pdeathsig', 'KILL', ...unshare, 'sh', '-c', FIRST_PROCESS],
    remedy: 'apt-get install util-linux',
  });
  await eventually('namespaces for dockerd', () => {
    if (!holder.output().includes('prepared')) throw new Error(holder.output());
  });
  return { holder, init: await onlyChild(holder.pid) };
}

async function startDaemon(command: readonly string[]): Promise<Daemon> {
  const [program = '', ...args] = command;
  const process = await startServer({ name: 'dockerd', command: program, args, remedy: REMEDY });
  return { process, pid: await onlyChild(process.pid) };
}

/** `unshare --fork` and `nsenter --pid` stay as the parents of what they run: signals must go to the child. */
function onlyChild(pid: number): Promise<number> {
  return eventually(`a child of process ${pid}`, () => {
    const child = Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'), 10);
    if (Number.isNaN(child)) throw new Error('none yet');
    return child;
  });
}

async function answering(socketPath: string, daemon: Daemon): Promise<void> {
  const gone = Symbol('gone');
  const ready = eventually(
    'dockerd answers',
    async () => {
      if (!daemon.process.running) return gone;
      const { status, body } = await requestEngine(socketPath, 'GET', '/_ping');
      if (status !== 200) throw new Error(`${status} ${body}`);
      return undefined;
    },
    { timeoutMs: READY_MS },
  );
  if ((await ready) === gone) throw new Error(`dockerd ended while starting:\n${daemon.process.output()}`);
}

async function runDocker(socketPath: string, configFolder: string, args: readonly string[]): Promise<string> {
  const { DOCKER_CONTEXT: _context, DOCKER_HOST: _host, ...env } = process.env;
  const command = ['--config', configFolder, '--host', `unix://${socketPath}`, ...args];
  const { stdout } = await promisify(execFile)('docker', command, { env, maxBuffer: 256 * 1024 * 1024 });
  return stdout.endsWith('\n') ? stdout.slice(0, -1) : stdout;
}

function requireCommand(name: string): void {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new Error(`${name} is not on the PATH: ${REMEDY}`);
}
