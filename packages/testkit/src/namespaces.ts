import { readFileSync } from 'node:fs';
import { eventually } from './eventually.ts';
import { findCommand } from './find-command.ts';
import { type ServerProcess, type StartServer, startServer } from './server-process.ts';

/**
 * Mounts, process IDs, a host name and, unless told otherwise, a network apart from the host's; when they end, so does every
 * process in them.
 */
export interface Namespaces {
  /** The process ID of their first process, on the host: links of other networks can be moved to its network. */
  readonly pid: number;
  /** Put before a command, runs it in the network alone, with the host's files and processes. */
  readonly enterNetwork: readonly string[];
  /**
   * Starts a server in all of them, in the root folder. Its process ID is its own as the host sees it, and signals go to
   * itself.
   */
  readonly start: StartServer;
  /** Ends everything in them and resolves when it is gone; what is gone already is no error. */
  end(): Promise<void>;
}

/**
 * What the first process does: what an engine would leave behind outside its data folder, or share with another one,
 * becomes private; then it waits, for the shell's `wait` also reaps orphans: a crashed dockerd's containerd that stayed a
 * zombie would be taken for alive by the next dockerd.
 */
const firstProcess = (prepare: readonly string[]): string =>
  [
    'set -e',
    'mount -t tmpfs tmpfs /run',
    'mkdir -p /etc/docker',
    'mount -t tmpfs tmpfs /etc/docker',
    'ip link set lo up',
    ...prepare,
    'echo prepared',
    'while :; do sleep 1000000 & wait; done',
  ].join('\n');

/** `own` is a network apart from the host's, without a way out; `host` is the host's. */
export type NamespaceNetwork = 'own' | 'host';

export interface NamespacesOptions {
  /** `own` when absent. */
  readonly network?: NamespaceNetwork;
  /** Commands of the shell that the first process runs before anything else is started, as in `hostname east`. */
  readonly prepare?: readonly string[];
}

/**
 * Starts the first process of new namespaces. They also end with this process, however it dies. Needs root.
 * @throws Error with the output of the first process when it cannot prepare them
 */
export async function startNamespaces({ network = 'own', prepare = [] }: NamespacesOptions = {}): Promise<Namespaces> {
  const kinds = [...(network === 'own' ? ['--net'] : []), '--mount', '--uts', '--pid'];
  const holder = await startServer({
    name: 'the first process of namespaces',
    command: 'unshare',
    args: [...kinds, '--fork', '--kill-child', '--mount-proc', 'sh', '-c', firstProcess(prepare)],
    remedy: 'apt-get install util-linux',
  });
  const init = await orKilled(holder, () => prepared(holder));
  const initStarted = livingSince(init);
  const entered = new Set<ServerProcess>();
  const target = ['--target', String(init)];

  return {
    pid: init,
    enterNetwork: ['nsenter', ...target, '--net', '--'],
    async start({ command, args, ...server }) {
      const { name, remedy, env } = server;
      const found = findCommand(command, env?.['PATH'] ?? process.env['PATH']);
      if (found === undefined) throw new Error(`${name} cannot be started (${command}): ${remedy}`);
      const enter = [...target, ...kinds, '--', found, ...args];
      const nsenter = await startServer({ ...server, command: 'nsenter', args: enter });
      entered.add(nsenter);
      void nsenter.ended.then(() => entered.delete(nsenter));
      return orKilled(nsenter, () => childOf(name, nsenter));
    },
    async end() {
      if (holder.running) signalUnlessGone(init, 'SIGKILL');
      for (const nsenter of entered) resume(nsenter);
      await holder.ended;
      // A holder that was killed takes the first process with it, but does not wait for that.
      await eventually('the first process of the namespaces gone', () => {
        if (initStarted !== undefined && livingSince(init) === initStarted) throw new Error(`process ${init} runs`);
      });
    },
  };
}

/** The process ID of the first process of `holder`'s namespaces, once it has prepared them. */
async function prepared(holder: ServerProcess): Promise<number> {
  const isPrepared = await eventually('namespaces', () => {
    if (holder.running && !holder.output().includes('prepared')) throw new Error(holder.output());
    return holder.running;
  });
  if (!isPrepared) throw new Error(`no namespaces can be had: ${holder.output()}`);
  const init = await onlyChild(holder);
  if (init === undefined) throw new Error(`the namespaces ended at once: ${holder.output()}`);
  return init;
}

/** What is made of a process; when that fails, it does not stay. */
async function orKilled<T>(server: ServerProcess, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    await server.stop('SIGKILL');
    throw error;
  }
}

/** What `nsenter` started in other namespaces; it ends with it and has its output. */
async function childOf(name: string, nsenter: ServerProcess): Promise<ServerProcess> {
  const pid = await onlyChild(nsenter);
  if (pid === undefined) throw new Error(`${name} ended at once: ${nsenter.output()}`);
  const signalChild = (signal: NodeJS.Signals): void => {
    if (nsenter.running) signalUnlessGone(pid, signal);
    if (signal === 'SIGCONT' || signal === 'SIGKILL') resume(nsenter);
  };
  return {
    pid,
    get running() {
      return nsenter.running;
    },
    get exitCode() {
      return nsenter.exitCode;
    },
    output: () => nsenter.output(),
    signal: signalChild,
    async stop(signal = 'SIGTERM', graceMs = 10_000) {
      signalChild(signal);
      signalChild('SIGCONT');
      const kill = setTimeout(() => signalChild('SIGKILL'), graceMs);
      await nsenter.ended;
      clearTimeout(kill);
    },
    ended: nsenter.ended,
  };
}

/** `nsenter` stops itself when its child is stopped, and does not notice what becomes of that before it goes on. */
function resume(nsenter: ServerProcess): void {
  if (nsenter.running) nsenter.signal('SIGCONT');
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

/** `unshare --fork` and `nsenter --pid` stay as the parents of what they run; undefined when they have ended before. */
function onlyChild(parent: ServerProcess): Promise<number | undefined> {
  const { pid } = parent;
  return eventually(`a child of process ${pid}`, () => {
    if (!parent.running) return undefined;
    const child = Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'), 10);
    if (Number.isNaN(child)) throw new Error('none yet');
    return child;
  });
}
