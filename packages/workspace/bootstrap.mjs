// The first step of every npm script: from a bare clone to the pinned Node and all dependencies, then on to
// src/main.ts. It runs on whatever Node the machine has (20 or newer) and may import nothing that must be installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const stampFile = join(root, 'node_modules', '.wharf-installed');

/** Whatever is installed is right as long as these have not changed since. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}

function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint();
}

/** @returns {Promise<number>} the exit code, 128 + n when a signal ended the command */
function run(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    // Ctrl-C reaches the whole process group, and npm passes it on besides; a signal may be meant for this process alone
    // too. So each is passed on, and the child, which may hear SIGINT more than once, cleans up while this process waits.
    let isAskedToEnd = false;
    const passOn = (signal) => {
      isAskedToEnd = true;
      child.kill(signal);
    };
    const pass = Object.fromEntries(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => [signal, () => passOn(signal)]));
    for (const [signal, handler] of Object.entries(pass)) process.on(signal, handler);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      // A repetition that comes after the child has ended must not take the place of its exit code.
      if (!isAskedToEnd) for (const [name, handler] of Object.entries(pass)) process.off(name, handler);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

async function install() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  say(`Installing the dependencies with ${packageManager} (through npx) and the Node that the lockfile pins ...`);
  const code = await run('npx', ['--yes', packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    // The workspace's own .npmrc is enough; a CI variable would turn warnings into a different lockfile policy.
    npm_config_loglevel: 'warn',
  });
  if (code !== 0) {
    say(
      `The dependencies could not be installed (exit code ${code}). Check that the npm registry can be reached (npm ping); ` +
        `after a change of a package.json, run: npx ${packageManager} install`,
    );
    process.exit(code);
  }
  writeFileSync(stampFile, fingerprint());
}

/** The pinned Node where the lockfile has one for this platform, else this one if it is new enough. */
function findNode() {
  const pinned = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  say(
    `The lockfile pins no Node for ${process.platform}-${process.arch}, and this one is ${process.version}: install Node 24 or newer.`,
  );
  return process.exit(1);
}

if (!isInstalled()) await install();
const args = ['--conditions=source', 'packages/workspace/src/main.ts', ...process.argv.slice(2)];
process.exitCode = await run(findNode(), args, {
  PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
});
