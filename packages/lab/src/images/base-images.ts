import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findCommand } from '@wharf/testkit';
import type { DockerCommand } from './docker-command.ts';
import { root } from './root.ts';

/** The images that a Dockerfile may be based on, by what it needs: Node to build and run with, or Debian alone. */
export const LOCAL_BASES = { node: 'wharf/base:bookworm', debian: 'wharf/debian:bookworm' } as const;

/** What no image needs of a package; the terms of each stay. */
const PATHS = [
  ...['doc', 'info', 'lintian', 'linda', 'locale', 'man'].map((name) => `path-exclude=/usr/share/${name}/*`),
  'path-include=/usr/share/doc/*/copyright',
];

/** What dpkg, debconf and ldconfig leave, and no run has like another. */
const CLEAN = 'rm -rf "$1"/var/cache/debconf/* "$1"/var/cache/ldconfig/* "$1"/var/log/* "$1"/var/lib/dpkg/*-old';

/** Debian's own with Node and pnpm of this tree's lockfile, and the tools of docker/build.sh, so that it installs none. */
const NODE_BASE = [
  `FROM ${LOCAL_BASES.debian}`,
  'RUN apt-get update \\',
  ' && apt-get install -y --no-install-recommends binutils libcap2-bin tini \\',
  ' && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/log/*',
  'COPY local/ /usr/local/',
  'RUN ln -s ../lib/node_modules/pnpm/bin/pnpm.cjs /usr/local/bin/pnpm',
  'CMD ["node"]',
  '',
].join('\n');

/**
 * Makes both bases in an engine whose build steps can reach Debian's mirrors: `debian:bookworm-slim` and
 * `node:24-bookworm-slim` in use, from packages.
 * @param args further arguments of `docker build`
 * @throws Error naming the remedy when mmdebstrap is missing; with the output of what failed
 */
export async function makeLocalBases(docker: DockerCommand, args: readonly string[] = []): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-base-'));
  try {
    const archive = join(folder, 'debian.tar');
    await bootstrapDebian(archive);
    await docker.run(['import', '--change', 'CMD ["bash"]', archive, LOCAL_BASES.debian]);
    rmSync(archive);
    const node = realpathSync(join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node'));
    const local = join(folder, 'local');
    cpSync(node, join(local, 'bin', 'node'));
    cpSync(join(dirname(node), '..', 'LICENSE'), join(local, 'LICENSE'));
    const pnpm = realpathSync(join(root, 'node_modules', 'pnpm'));
    cpSync(pnpm, join(local, 'lib', 'node_modules', 'pnpm'), { recursive: true, dereference: true });
    writeFileSync(join(folder, 'Dockerfile'), NODE_BASE);
    await docker.run(['build', ...args, '--tag', LOCAL_BASES.node, folder]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bootstrapDebian(archive: string): Promise<void> {
  const mmdebstrap = findCommand('mmdebstrap');
  if (mmdebstrap === undefined) throw new Error('mmdebstrap is not on the PATH: apt-get install mmdebstrap');
  const dpkgOptions = ['force-unsafe-io', ...PATHS].map((option) => `--dpkgopt=${option}`);
  const args = ['--variant=minbase', ...dpkgOptions, `--customize-hook=${CLEAN}`, 'bookworm', archive];
  const child = spawn(mmdebstrap, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SOURCE_DATE_EPOCH: '0' },
  });
  let output = '';
  const collect = (text: string): void => {
    output += text;
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  const [exitCode] = await once(child, 'close');
  if (exitCode !== 0) throw new Error(`mmdebstrap failed:\n${output.slice(-8_000)}`);
}
