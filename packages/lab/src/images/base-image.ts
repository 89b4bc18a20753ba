import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findCommand } from '@wharf/testkit';
import type { DockerCommand } from './docker-command.ts';
import { root } from './root.ts';

/** What the base made of Debian's packages is called. */
export const DEBIAN_BASE = 'wharf/base:bookworm';

/** Beside the packages that Debian holds for essential. */
const PACKAGES = ['binutils', 'ca-certificates', 'libcap2-bin', 'tini'];

/** What no image needs of a package. */
const LEFT_OUT = ['doc', 'info', 'lintian', 'linda', 'locale', 'man'].map((name) => `/usr/share/${name}/*`);

/** Lets debconf, dpkg and ldconfig leave nothing that differs between two runs. */
const CLEAN = 'rm -rf "$1"/var/cache/debconf/* "$1"/var/cache/ldconfig/* "$1"/var/log/* "$1"/var/lib/dpkg/*-old';

/**
 * Makes a root file system that serves as `node:24-bookworm-slim` does: Debian's smallest set of packages of the machine's
 * own mirrors, and the Node and pnpm of this tree's lockfile.
 * @param archive the tar file that is written
 * @throws Error naming the remedy when mmdebstrap is missing; with its output when it fails
 */
export async function makeDebianBase(archive: string, onLine: (line: string) => void = () => undefined): Promise<void> {
  const mmdebstrap = findCommand('mmdebstrap');
  if (mmdebstrap === undefined) throw new Error('mmdebstrap is not on the PATH: apt-get install mmdebstrap');
  const node = realpathSync(join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node'));
  const pnpm = realpathSync(join(root, 'node_modules', 'pnpm'));
  const install = [
    `install -D -m 755 ${quote(node)} "$1"/usr/local/bin/node`,
    `install -D -m 644 ${quote(join(dirname(node), '..', 'LICENSE'))} "$1"/usr/local/LICENSE`,
    `mkdir -p "$1"/usr/local/lib/node_modules && cp -R --dereference ${quote(pnpm)} "$1"/usr/local/lib/node_modules/pnpm`,
    'ln -s ../lib/node_modules/pnpm/bin/pnpm.cjs "$1"/usr/local/bin/pnpm',
    CLEAN,
  ];
  const args = [
    '--variant=minbase',
    '--format=tar',
    `--include=${PACKAGES.join(',')}`,
    ...LEFT_OUT.map((glob) => `--dpkgopt=path-exclude=${glob}`),
    '--dpkgopt=path-include=/usr/share/doc/*/copyright',
    ...install.map((hook) => `--customize-hook=${hook}`),
    'bookworm',
    archive,
  ];
  const child = spawn(mmdebstrap, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SOURCE_DATE_EPOCH: '0' },
  });
  let output = '';
  const collect = (text: string): void => {
    output += text;
    for (const line of text.split('\n')) if (line.startsWith('I: ')) onLine(line.slice(3));
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  const [exitCode] = await once(child, 'close');
  if (exitCode !== 0) throw new Error(`mmdebstrap failed:\n${output.slice(-8_000)}`);
}

/** Gives an engine the base of `makeDebianBase`. */
export async function importDebianBase(docker: DockerCommand, archive: string): Promise<void> {
  await docker.run(['import', '--change', 'CMD ["node"]', archive, DEBIAN_BASE]);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
