import { readFileSync } from 'node:fs';
import { eventually } from './eventually.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** A network, mounts and process IDs apart from the host's; when they end, so does every process in them. */
export interface Namespaces {
  /** Put before a command, runs it in the network alone, with the host's files and processes. */
  readonly enterNetwork: readonly string[];
  run(daemon: DaemonCommand): Promise<Daemon>;
  /** Ends everything in them and resolves when it is gone; what is gone already is no error. */
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
  /** The daemon's own process ID, on the host. */
  readonly pid: number;
  /** Signals the daemon itself; nothing happens when it is gone. */
  signal(signal: NodeJS.Signals): void;
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
  const initStarted = livingSince(init);
  const enterNetwork = ['--target', String(init), '--net'];

  return {
    enterNetwork: ['nsenter', ...enterNetwork, '--'],
    async run({ name, command, env = {}, remedy }) {
      const args = [...enterNetwork, '--mount', '--pid', '--', ...command];
      const nsenter = await startServer({ name, command: 'nsenter', args, env, remedy });
      const pid = await onlyChild(nsenter.pid);
      return { process: nsenter, pid, signal: (signal) => signalUnlessGone(pid, signal) };
    },
    async end() {
      if (holder.running) signalUnlessGone(init, 'SIGKILL');
      await holder.ended;
      // A holder that was killed takes the first process with it, but does not wait for that.
      await eventually('the first process of the namespaces gone', () => {
        if (initStarted !== undefined && livingSince(init) === initStarted) throw new Error(`process ${init} runs`);
      });
    },
  };
}

function signalUnlessGone(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/**
 * When a process started, in clock ticks since boot, which tells it from a later one with its ID; undefined when it is
 * gone or a zombie: the first process of a PID namespace becomes one only after all others in there have ended.
 */
function livingSince(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the third field, the state, follows the command's name in parentheses; the start time is the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** `unshare --fork` and `nsenter --pid` stay as the parents of what they run. */
function onlyChild(pid: number): Promise<number> {
  return eventually(`a child of process ${pid}`, () => {
    const child = Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'), 10);
    if (Number.isNaN(child)) throw new Error('none yet');
    return child;
  });
}
