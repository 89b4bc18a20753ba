import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findCommand } from '@wharf/testkit';
import { takeFileLock } from '../images/file-lock.ts';
import { root } from '../images/root.ts';

const CACHE = join(root, 'node_modules', '.cache', 'wharf-boot');

/** Whoever still runs on a root of a former tree keeps it; older ones go. */
const KEPT_ROOTS = 2;

/** What a host of the posts has. */
const PACKAGES = ['systemd-sysv', 'dbus', 'docker.io', 'iptables', 'iproute2', 'etcd-server', 'etcd-client', 'procps'];

const LEFT_OUT = ['doc', 'info', 'locale', 'man'].map((name) => `/usr/share/${name}/*`);

/** Units that wait for a terminal, a login or a disk, or would go to the network by themselves. */
const MASKED = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'getty.target',
  'console-getty.service',
  'systemd-logind.service',
];

const HOOKS = [
  `chroot "$1" systemctl mask ${MASKED.join(' ')}`,
  // A log that outlives the power; each host gets an ID and a name of its own.
  'mkdir -p "$1"/var/log/journal',
  'rm -f "$1"/etc/machine-id "$1"/var/lib/dbus/machine-id "$1"/etc/hostname',
];

/**
 * The folder of a Debian root with systemd, Docker and etcd, made of the packages of Debian 12 at most once for the same
 * list, whoever asks and however many do at once. It is for all, and nobody may write to it. Needs root.
 * @param morePackages Debian packages besides
 * @throws Error naming the remedy when mmdebstrap is missing; with its output when it fails
 */
export async function ensureDebianRoot(morePackages: readonly string[] = []): Promise<string> {
  const packages = [...PACKAGES, ...morePackages];
  const recipe = readFileSync(join(import.meta.dirname, 'debian-root.ts'));
  const digest = createHash('sha256').update(recipe).update(packages.join(' ')).digest('hex');
  const folder = join(CACHE, `root-${digest.slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const lock = await takeFileLock(join(CACHE, 'lock'));
  try {
    if (!existsSync(folder)) await make(folder, packages);
  } finally {
    await lock.release();
  }
  return folder;
}

/** With the lock: what a former one left half-written goes, and a root has its name only when it is whole. */
async function make(folder: string, packages: readonly string[]): Promise<void> {
  for (const name of readdirSync(CACHE)) if (name.endsWith('.partial')) remove(join(CACHE, name));
  await installDebian(`${folder}.partial`, packages);
  renameSync(`${folder}.partial`, folder);
  const roots = readdirSync(CACHE)
    .filter((name) => name.startsWith('root-'))
    .map((name) => ({ path: join(CACHE, name), madeAt: statSync(join(CACHE, name)).ctimeMs }))
    .toSorted((a, b) => b.madeAt - a.madeAt);
  for (const { path } of roots.slice(KEPT_ROOTS)) remove(path);
}

/** Makes all of what it runs end with this process: in a PID namespace, with mounts of its own. */
const BOUND = ['--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

async function installDebian(folder: string, packages: readonly string[]): Promise<void> {
  const mmdebstrap = findCommand('mmdebstrap');
  if (mmdebstrap === undefined) throw new Error('mmdebstrap is not on the PATH: apt-get install mmdebstrap');
  const args = [
    ...BOUND,
    mmdebstrap,
    '--variant=minbase',
    `--include=${packages.join(',')}`,
    ...LEFT_OUT.map((glob) => `--dpkgopt=path-exclude=${glob}`),
    ...HOOKS.map((hook) => `--customize-hook=${hook}`),
    'bookworm',
    folder,
  ];
  try {
    await promisify(execFile)('setpriv', args, { maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr).slice(-8_000) : '';
    throw new Error(`mmdebstrap failed:\n${output}`, { cause: error });
  }
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
