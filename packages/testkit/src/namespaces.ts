import { readFileSync } from 'node:fs';
import { eventually } from './eventually.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** A network, mounts and process IDs apart from the host's; when they end, so does every process in them. */
export interface Namespaces {
  /** Put before a command, runs it in the network alone, with the host's files and processes. */
  readonly enterNetwork: readonly string[];
  run(daemon: DaemonCommand): Promise<Daemon>;
  /** Ends everything in them and resolves when it is gone. */
  end(): Promise<void>;
}

export interface DaemonCommand {
  /** For messages: `dockerd`. */
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly remedy: string;
}

export interface Daemon {
  /** `nsenter`, which ends when the daemon does; its output is the daemon's. */
  readonly process: ServerProcess;
  /** The daemon itself, as this process sees it: signals go here. */
  readonly pid: number;
}

/**
 * What the first process does: what an engine would leave behind outside its data folder, or share with another one,
 * becomes private; then it waits, for the shell's `wait` also reaps orphans: a crashed dockerd's containerd that stayed a
 * zombie would be taken for alive by the next dockerd.
 */
const FIRST_PROCESS = [
  'mount -t tmpfs tmpfs /run && mkdir -p /etc/docker && mount -t tmpfs tmpfs /etc/docker && ip link set lo up || exit 1',
  'echo prepared',
  'while :; do sleep 1000000 & wait; done',
].join('\n');

/** Starts the first process of new namespaces. They also end with this process, however it dies. Needs root. */
export async function startNamespaces(): Promise<Namespaces> {
  const holder = await startServer({
    name: 'the namespaces of an engine',
    command: 'unshare',
    args: ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', FIRST_PROCESS],
    remedy: 'apt-get install util-linux',
  });
  await eventually('namespaces for an engine', () => {
    if (!holder.output().includes('prepared')) throw new Error(holder.output());
  });
  const init = await onlyChild(holder.pid);
  const enterNetwork = ['--target', String(init), '--net'];

  return {
    enterNetwork: ['nsenter', ...enterNetwork, '--'],
    async run({ name, command, env = {}, remedy }) {
      const args = [...enterNetwork, '--mount', '--pid', '--', ...command];
      const process = await startServer({ name, command: 'nsenter', args, env, remedy });
      return { process, pid: await onlyChild(process.pid) };
    },
    async end() {
      if (holder.running) process.kill(init, 'SIGKILL');
      await holder.ended;
    },
  };
}

/** `unshare --fork` and `nsenter --pid` stay as the parents of what they run. */
function onlyChild(pid: number): Promise<number> {
  return eventually(`a child of process ${pid}`, () => {
    const child = Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'), 10);
    if (Number.isNaN(child)) throw new Error('none yet');
    return child;
  });
}
