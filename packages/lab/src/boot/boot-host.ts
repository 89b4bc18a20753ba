import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, type ServerProcess, startServer } from '@wharf/testkit';
import { type CgroupLayout, parseCgroupLayout } from './cgroup-layout.ts';
import { ensureDebianRoot } from './debian-root.ts';
import { type HostPlaces, renderEnterCgroups, renderFirstProcess } from './first-process.ts';
import { startRemover } from './remover.ts';

/**
 * A host with Debian, systemd, Docker and etcd, booted in namespaces of its own: processes, mounts, network, host name,
 * control groups. It ends with this process, however that dies, and nothing of it is left.
 */
export interface BootedHost {
  readonly name: string;
  /** Its own address, which /etc/environment has as COREOS_PRIVATE_IPV4. No other host can be reached. */
  readonly address: string;
  /** The host's files, as a folder of this machine; a link in there that begins with a slash leads out of it. */
  readonly files: string;
  /** The socket of its engine, on this machine. */
  readonly socketPath: string;
  /** Put before a command, runs it in the host's network, with this machine's files. */
  readonly enterNetwork: readonly string[];
  /**
   * Runs a command on the host as root and resolves to what it printed on stdout, without the last newline.
   * @throws Error with what it printed, when its exit code is not 0
   */
  run(...command: readonly string[]): Promise<string>;
  /** What units, or all of them, wrote to the log, earlier boots included. */
  journal(...units: readonly string[]): Promise<string>;
  /**
   * Ends the host and boots it again on the same disk; resolves when its units have been started. `orderly` has systemd
   * stop them first; a power cut asks nobody.
   */
  reboot(how: 'orderly' | 'power cut'): Promise<void>;
  /** Ends the host and removes all of it. */
  stop(): Promise<void>;
}

export interface BootOptions {
  /** Debian packages besides those of every host; each list makes a root of its own, which takes half a minute once. */
  readonly packages?: readonly string[];
}

const ADDRESS = '10.77.0.11';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Two processor cores are shared with all that runs at the same time. */
const BOOT_MS = 120_000;
const SHUTDOWN_MS = 180_000;

/**
 * Boots a host and resolves when its units have been started. Needs root.
 * @throws Error naming the remedy when a program is missing; with the log of the boot when it does not come up
 */
export async function bootHost({ packages = [] }: BootOptions = {}): Promise<BootedHost> {
  if (process.getuid?.() !== 0) throw new Error('a host can be booted by root alone: run the tests as root');
  const base = await ensureDebianRoot(packages);
  const folder = mkdtempSync(join(tmpdir(), 'wharf-boot-'));
  const cgroup = basename(folder);
  const remover = startRemover(folder, cgroup);
  const name = `host-${randomBytes(3).toString('hex')}`;
  const places = makePlaces({ folder, base, cgroup, name });
  const layout = parseCgroupLayout(readFileSync('/proc/mounts', 'utf8'));
  let system: System | undefined;

  const running = (): System => {
    if (system === undefined) throw new Error(`${name} has been stopped`);
    return system;
  };
  const stop = async (): Promise<void> => {
    await system?.cutPower();
    system = undefined;
    await remover.remove();
  };
  try {
    system = await startSystem(layout, places);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name,
    address: ADDRESS,
    get files() {
      return `/proc/${running().pid}/root`;
    },
    get socketPath() {
      return `/proc/${running().pid}/root/run/docker.sock`;
    },
    get enterNetwork() {
      return ['nsenter', '--target', String(running().pid), '--net', '--'];
    },
    run: (...command) => running().run(command),
    journal: (...units) =>
      running().run([
        'journalctl',
        '--no-pager',
        '--quiet',
        '--output=short-precise',
        ...units.map((unit) => `--unit=${unit}`),
      ]),
    async reboot(how) {
      await (how === 'orderly' ? running().shutDown() : running().cutPower());
      system = await startSystem(layout, places);
    },
    stop,
  };
}

interface DiskFacts {
  readonly folder: string;
  readonly base: string;
  readonly cgroup: string;
  readonly name: string;
}

/** Writes what tells one host from another to its disk. */
function makePlaces({ folder, base, cgroup, name }: DiskFacts): HostPlaces {
  const disk = join(folder, 'disk');
  const etc = join(disk, 'changes', 'etc');
  mkdirSync(etc, { recursive: true });
  writeFileSync(join(etc, 'hostname'), `${name}\n`);
  writeFileSync(join(etc, 'hosts'), `127.0.0.1 localhost\n${ADDRESS} ${name}\n`);
  writeFileSync(join(etc, 'machine-id'), `${randomBytes(16).toString('hex')}\n`);
  writeFileSync(join(etc, 'environment'), `COREOS_PRIVATE_IPV4=${ADDRESS}\n`);
  const mountPoint = join(folder, 'root');
  mkdirSync(mountPoint);
  return { base, disk, mountPoint, cgroup, address: `${ADDRESS}/24` };
}

/** A system from its boot to its end. */
interface System {
  /** Its init, on this machine. */
  readonly pid: number;
  run(command: readonly string[]): Promise<string>;
  shutDown(): Promise<void>;
  cutPower(): Promise<void>;
}

async function startSystem(layout: CgroupLayout, places: HostPlaces): Promise<System> {
  const kinds = ['--mount', '--pid', '--net', '--uts', '--ipc', '--cgroup'];
  const enter = `${renderEnterCgroups(layout, places.cgroup)}\nexec unshare ${kinds.join(' ')} --fork --kill-child sh -c "$1"`;
  const holder = await startServer({
    name: 'a host',
    command: 'sh',
    args: ['-c', enter, 'boot', renderFirstProcess(layout, places)],
    remedy: 'apt-get install util-linux',
  });
  try {
    const pid = await initOf(holder);
    const run = async (command: readonly string[]): Promise<string> => {
      const args = ['--target', String(pid), ...kinds, '--', 'env', '-i', `PATH=${PATH}`, ...command];
      const { stdout } = await promisify(execFile)('nsenter', args, { maxBuffer: 64 * 1024 * 1024 });
      return stdout.endsWith('\n') ? stdout.slice(0, -1) : stdout;
    };
    await booted(holder, run);
    return {
      pid,
      run,
      async cutPower() {
        // Not its parent: that waits until the kernel has ended all of the host, whose disk the next boot writes to.
        if (holder.running) process.kill(pid, 'SIGKILL');
        await holder.ended;
      },
      async shutDown() {
        // The host may be gone before the command has its answer.
        await run(['systemctl', 'poweroff']).catch(() => undefined);
        await eventually('the host shut down', () => assertEnded(holder), { timeoutMs: SHUTDOWN_MS });
      },
    };
  } catch (error) {
    await holder.stop('SIGKILL');
    throw error;
  }
}

/** What `unshare` started and stays the parent of; the shell before it had children, too. */
async function initOf(holder: ServerProcess): Promise<number> {
  const pid = await eventually('the first process of a host', () => {
    if (!holder.running) return undefined;
    if (readFileSync(`/proc/${holder.pid}/comm`, 'utf8') !== 'unshare\n') throw new Error(holder.output());
    const pid = Number.parseInt(readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8'), 10);
    if (Number.isNaN(pid)) throw new Error(`none yet: ${holder.output()}`);
    return pid;
  });
  if (pid === undefined) throw new Error(`the host ended before it booted: ${holder.output()}`);
  return pid;
}

async function booted(holder: ServerProcess, run: System['run']): Promise<void> {
  const state = await eventually(
    'a host booted',
    async () => {
      if (!holder.running) return 'ended';
      // Its exit code is not 0 when a unit has failed, and the host is up nevertheless.
      const state = await run(['sh', '-c', 'systemctl is-system-running --wait || :']);
      if (state !== 'running' && state !== 'degraded') throw new Error(`${state}: ${holder.output()}`);
      return state;
    },
    { timeoutMs: BOOT_MS, intervalMs: 100 },
  );
  if (state === 'ended') throw new Error(`the host ended while it booted: ${holder.output()}`);
}

function assertEnded(holder: ServerProcess): void {
  if (holder.running) throw new Error(`it still runs: ${holder.output()}`);
}
