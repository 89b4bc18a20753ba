import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isStaticElf } from '@wharf/testkit';
import { captureCommand } from './run-command.ts';
import { UserError } from './user-error.ts';

/** A program of the operating system that Wharf's tests or demo use, and the Debian package that has it. */
export interface SystemProgram {
  readonly command: string;
  readonly debianPackage: string;
  /** Whether the file found is the one that is meant; absent where the name says it all. */
  readonly isRight?: (file: string) => boolean;
}

export const enginePrograms: readonly SystemProgram[] = [
  { command: 'dockerd', debianPackage: 'docker.io' },
  { command: 'docker', debianPackage: 'docker.io' },
  { command: 'iptables', debianPackage: 'iptables' },
  { command: 'ip', debianPackage: 'iproute2' },
];

/** Debian's initramfs brings the package `busybox`, whose program is not static and runs in no empty image. */
export const busyboxProgram: SystemProgram = {
  command: 'busybox',
  debianPackage: 'busybox-static',
  isRight: (file) => isStaticElf(readFileSync(file)),
};

/** Debian's musl has no program of its own; the compiler is there for it alone, and of no use without. */
export const muslPrograms: readonly SystemProgram[] = [
  { command: 'tcc', debianPackage: 'tcc' },
  { command: 'tcc', debianPackage: 'musl-dev', isRight: hasMusl },
];

/** Modules have no program of their own, and are of no use without rsyslogd. */
export const rsyslogModules: readonly SystemProgram[] = [
  { command: 'rsyslogd', debianPackage: 'rsyslog-relp', isRight: () => hasRsyslogModule('imrelp') },
  { command: 'rsyslogd', debianPackage: 'rsyslog-gnutls', isRight: () => hasRsyslogModule('lmnsd_gtls') },
];

/** Makes a base image from Debian's packages. */
export const mmdebstrapProgram: SystemProgram = { command: 'mmdebstrap', debianPackage: 'mmdebstrap' };

/** What the hosts of the lab are made of. */
export const labPrograms: readonly SystemProgram[] = [
  ...enginePrograms,
  busyboxProgram,
  { command: 'etcd', debianPackage: 'etcd-server' },
  { command: 'etcdctl', debianPackage: 'etcd-client' },
  { command: 'rsyslogd', debianPackage: 'rsyslog' },
  { command: 'rsyslogd', debianPackage: 'rsyslog-relp', isRight: () => hasRsyslogModule('imrelp') },
  { command: 'unshare', debianPackage: 'util-linux' },
  { command: 'nsenter', debianPackage: 'util-linux' },
  { command: 'setpriv', debianPackage: 'util-linux' },
];

export const testPrograms: readonly SystemProgram[] = [
  ...enginePrograms,
  busyboxProgram,
  { command: 'etcd', debianPackage: 'etcd-server' },
  { command: 'etcdctl', debianPackage: 'etcd-client' },
  { command: 'rsyslogd', debianPackage: 'rsyslog' },
  ...rsyslogModules,
  { command: 'dig', debianPackage: 'bind9-dnsutils' },
  { command: 'knotd', debianPackage: 'knot' },
  { command: 'kdig', debianPackage: 'knot-dnsutils' },
  { command: 'unbound', debianPackage: 'unbound' },
  { command: 'dnsmasq', debianPackage: 'dnsmasq-base' },
  { command: 'avahi-daemon', debianPackage: 'avahi-daemon' },
  { command: 'avahi-browse', debianPackage: 'avahi-utils' },
  { command: 'dbus-daemon', debianPackage: 'dbus-daemon' },
  ...muslPrograms,
  { command: 'openssl', debianPackage: 'openssl' },
  { command: 'podman', debianPackage: 'podman' },
  { command: 'runc', debianPackage: 'runc' },
  { command: 'netavark', debianPackage: 'netavark' },
  { command: 'faketime', debianPackage: 'faketime' },
  { command: 'docker-compose', debianPackage: 'docker-compose' },
  mmdebstrapProgram,
  { command: 'systemd-analyze', debianPackage: 'systemd' },
];

/** Debian keeps daemons, and what Podman makes networks with, where an ordinary user's PATH does not look. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin', '/usr/lib/podman'];

/** Whether rsyslogd finds a module; Debian has them in a folder for each machine. */
export function hasRsyslogModule(name: string): boolean {
  return readdirSync('/usr/lib').some((folder) => existsSync(`/usr/lib/${folder}/rsyslog/${name}.so`));
}

/** Whether there is what programs are linked with; Debian has it in a folder for each machine. */
function hasMusl(): boolean {
  return readdirSync('/usr/lib').some(
    (folder) => existsSync(`/usr/lib/${folder}/crt1.o`) && folder.endsWith('-linux-musl'),
  );
}

/** The full path of a command, or undefined. */
export function findCommand(command: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...systemFolders];
  return folders.map((folder) => join(folder, command)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether a program is installed, and the right one of its name. */
export function isThere({ command, isRight }: SystemProgram): boolean {
  const file = findCommand(command);
  return file !== undefined && (isRight === undefined || isRight(file));
}

export function canInstall(): boolean {
  return process.getuid?.() === 0 && findCommand('apt-get') !== undefined;
}

/** The names of the packages whose programs are missing, each once. */
export function missingPackages(programs: readonly SystemProgram[]): readonly string[] {
  const missing = programs.filter((program) => !isThere(program));
  return [...new Set(missing.map(({ debianPackage }) => debianPackage))];
}

/**
 * Installs Debian packages, having said so; nothing is asked and nothing else is changed.
 * @param purpose what they are for, ending the sentence "... is needed to ..."
 * @throws UserError with the exact command when this user or system cannot install, or the installation fails
 */
export async function installPackages(packages: readonly string[], purpose: string): Promise<void> {
  if (packages.length === 0) return;
  const names = packages.join(' ');
  if (!canInstall()) {
    throw new UserError(
      `Missing to ${purpose}: ${names}. Run: sudo apt-get install -y --no-install-recommends ${names}`,
    );
  }
  process.stderr.write(`Installing from Debian, to ${purpose}: ${names} (apt-get install, up to a minute) ...\n`);
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  // The lists may be absent or old; only then is the slower update worth its time.
  let result = await captureCommand('apt-get', install, quiet);
  if (result.exitCode !== 0) {
    await captureCommand('apt-get', ['update'], quiet);
    result = await captureCommand('apt-get', install, quiet);
  }
  if (result.exitCode !== 0) {
    const tail = result.output.trimEnd().split('\n').slice(-8).join('\n');
    throw new UserError(`apt-get install ${names} failed:\n${tail}`);
  }
}

export async function ensurePrograms(programs: readonly SystemProgram[], purpose: string): Promise<void> {
  await installPackages(missingPackages(programs), purpose);
}
