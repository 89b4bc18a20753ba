import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type Dockerd,
  type EtcdServer,
  eventually,
  type NetworkDoor,
  openNetworkDoor,
  startDockerd,
  startEtcd,
} from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stageBuildContext } from './build-context.ts';
import { buildHere, ensureImages, loadImages, withBuildEngine } from './ensure-images.ts';
import { IMAGES } from './image-list.ts';
import { root } from './root.ts';

const run = promisify(execFile);
const BUILD_MS = 900_000;
const AGENTS = ['registrar', 'dns-server', 'log-shipper'] as const;
type Agent = (typeof AGENTS)[number];

let engine: Dockerd;
let door: NetworkDoor;
let etcd: EtcdServer;

beforeAll(async () => {
  await ensureImages();
  engine = await startDockerd();
  door = openNetworkDoor(engine.enterNetwork);
  etcd = await startEtcd();
  await door.letIn(etcd.port);
  await loadImages(engine);
}, BUILD_MS);

afterAll(async () => {
  await door?.close();
  await engine?.stop();
  await etcd?.stop();
});

/** As the units run them, but probed so often that a test need not wait for it. */
function unitOptions(agent: Agent): readonly string[] {
  const socket = ['--volume', `${engine.socketPath}:/var/run/docker.sock`];
  const hardened = ['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];
  const common = ['--read-only', '--network', 'host', '--health-interval', '300ms'];
  if (agent === 'dns-server') return [...common, '--cap-drop', 'ALL', '--cap-add', 'NET_BIND_SERVICE'];
  return [...common, ...hardened, ...socket];
}

function agentArgs(agent: Agent): readonly string[] {
  if (agent === 'registrar') return ['-ip', '10.1.2.3', `skydns2://127.0.0.1:${etcd.port}/example.local`];
  if (agent === 'log-shipper') return ['syslog+udp://127.0.0.1:9'];
  return ['-addr', '127.0.0.1:53', '-domain', 'example.local', '-machines', `http://127.0.0.1:${etcd.port}`];
}

function start(agent: Agent, options: readonly string[] = [], args: readonly string[] = []): Promise<string> {
  const all = ['run', '--detach', ...unitOptions(agent), ...options, `wharf/${agent}`, ...agentArgs(agent), ...args];
  return engine.docker(...all);
}

interface Health {
  readonly Status: string;
  readonly Log: readonly { readonly ExitCode: number; readonly Output: string }[];
}

async function health(id: string): Promise<Health> {
  return JSON.parse(await engine.docker('inspect', '--format', '{{json .State.Health}}', id));
}

/** Waits until the engine calls it so, and resolves to what the newest probe printed. */
function becomes(id: string, status: string): Promise<string> {
  return eventually(
    `a container that is ${status}`,
    async () => {
      const { Status, Log } = await health(id);
      const output = Log.at(-1)?.Output ?? '';
      if (Status !== status) throw new Error(`${Status}: ${output}\n${await engine.docker('logs', '--tail', '5', id)}`);
      return output;
    },
    { timeoutMs: 90_000, intervalMs: 200 },
  );
}

/** Runs a line of JavaScript in a container: there is no shell. */
function evaluate(id: string, script: string): Promise<string> {
  return engine.docker('exec', id, 'node', '--print', script);
}

/** Paths and modes of all that an image holds, as `tar --list --verbose` has them. */
async function listing(image: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-listing-'));
  const id = await engine.docker('create', image);
  try {
    const archive = join(folder, 'image.tar');
    await engine.docker('export', '--output', archive, id);
    const { stdout } = await run('tar', ['--list', '--verbose', '--file', archive], { maxBuffer: 64 * 1024 * 1024 });
    return stdout.split('\n').filter((line) => line !== '');
  } finally {
    await engine.docker('rm', id);
    rmSync(folder, { recursive: true });
  }
}

async function layers(image: string): Promise<readonly string[]> {
  return JSON.parse(await engine.docker('image', 'inspect', '--format', '{{json .RootFS.Layers}}', image));
}

describe.each(AGENTS)('wharf/%s', (agent) => {
  it('runs without any right beyond its job, becomes healthy, and ends in good order', async () => {
    const id = await start(agent);
    expect(await becomes(id, 'healthy')).toBe('ready\n');
    await engine.docker('stop', '--time', '30', id);
    expect(await engine.docker('inspect', '--format', '{{.State.ExitCode}}', id)).toBe('0');
    await engine.docker('rm', id);
  });

  it('says its version and what is wrong with a command line', async () => {
    const options = ['run', '--rm', ...unitOptions(agent), `wharf/${agent}`];
    const version = await engine.docker('image', 'inspect', '--format', VERSION_LABEL, `wharf/${agent}`);
    expect(await engine.docker(...options, '-version')).toBe(`${agent} ${version}`);
    await expect(engine.docker(...options, '-no-such-option')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no such option'),
    });
  });

  it('has labels that say what it is', async () => {
    const json = await engine.docker('image', 'inspect', '--format', '{{json .Config.Labels}}', `wharf/${agent}`);
    expect(JSON.parse(json)).toEqual({
      'org.opencontainers.image.title': `Wharf ${agent}`,
      'org.opencontainers.image.description': expect.stringMatching(/^[A-Z].*[a-z]$/),
      'org.opencontainers.image.licenses': 'MIT',
      'org.opencontainers.image.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
      'org.opencontainers.image.revision': '',
      'org.opencontainers.image.source': '',
    });
  });

  it('holds programs and what they read, and nothing else', async () => {
    const lines = await listing(`wharf/${agent}`);
    const isFile = (line: string): boolean => line.startsWith('-');
    const paths = lines.filter(isFile).map((line) => line.split(/\s+/).slice(5).join(' '));
    expect(paths).toContain('opt/wharf/dist/main.js');
    const unwanted =
      /\.(?:ts|mts|cts|map|md|c|cc|h|gyp|tsbuildinfo)$|\.test\.|\/tests?\/|(?:^|\/)(?:sh|bash|dash|busybox|npm|pnpm)$/;
    const terms = /\/licen[cs]e[^/]*$/i;
    expect(paths.filter((path) => unwanted.test(path) && !terms.test(path))).toEqual([]);
    const development = /node_modules\/(?:typescript|vitest|@types|@wharf\/testkit|turbo|node-linux-[^/]*)\//;
    expect(paths.filter((path) => development.test(path))).toEqual([]);
    expect(lines.filter((line) => /^-..[sS]|^-.....[sS]|^-.......w/.test(line))).toEqual([]);
    const programs = lines.filter((line) => /^-..x/.test(line)).map((line) => line.split(/\s+/).slice(5).join(' '));
    const own = programs.filter((path) => !/^lib(?:64)?\/|^usr\/lib\/|^etc\/|^dev\/|^\.dockerenv$/.test(path));
    expect(own.toSorted()).toEqual(
      ['sbin/tini', ...(agent === 'dns-server' ? ['usr/bin/setpriv'] : []), 'usr/local/bin/node'].toSorted(),
    );
  });
});

const VERSION_LABEL = '{{index .Config.Labels "org.opencontainers.image.version"}}';

describe('the health of a container', () => {
  it('is lost, and regained, with etcd, and the probe says why', async () => {
    const id = await start('registrar', ['--health-retries', '1', '--health-start-period', '1ms']);
    await becomes(id, 'healthy');
    await etcd.stop();
    expect(await becomes(id, 'unhealthy')).toContain('etcd');
    expect(await engine.docker('exec', id, 'node', '/opt/wharf/dist/healthcheck.js', '/healthz')).toBe('ok');
    await etcd.restart();
    await becomes(id, 'healthy');
    await engine.docker('rm', '--force', id);
  });

  it('is asked for where flags and variables say that the agent listens', async () => {
    const id = await start('log-shipper', ['--env', 'ADMIN_ADDR=127.0.0.1:7001'], ['-admin-addr', '127.0.0.1:7002']);
    expect(await becomes(id, 'healthy')).toBe('ready\n');
    await engine.docker('rm', '--force', id);
    const variable = await start('log-shipper', ['--env', 'ADMIN_ADDR=127.0.0.1:7001']);
    expect(await becomes(variable, 'healthy')).toBe('ready\n');
    await engine.docker('rm', '--force', variable);
    const off = await start('log-shipper', [], ['-admin-addr=off']);
    expect(await becomes(off, 'healthy')).toContain('not checked');
    await engine.docker('rm', '--force', off);
  });
});

describe('wharf/dns-server', () => {
  it('answers on port 53 of its host without being root', async () => {
    const id = await start('dns-server');
    await becomes(id, 'healthy');
    const [command, ...args] = [...engine.enterNetwork, 'dig', '@127.0.0.1', 'local.dns.example.local', '+tries=1'];
    expect((await run(command, args)).stdout).toContain('status: NO');
    const { stdout: processes } = await run('docker', [
      '--host',
      `unix://${engine.socketPath}`,
      'top',
      id,
      '-eo',
      'pid,uid',
    ]);
    const users = processes
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/)[1]);
    expect(new Set(users)).toEqual(new Set(['10053']));
    const capabilities = `fs.readdirSync('/proc')
      .filter((pid) => /^\\d+$/.test(pid))
      .filter((pid) => fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8').startsWith('node\\0--max-semi-space'))
      .map((pid) => /CapEff:\\s*(\\S+)/.exec(fs.readFileSync('/proc/' + pid + '/status', 'utf8'))[1])
      .join()`;
    // CAP_NET_BIND_SERVICE alone.
    expect(await evaluate(id, capabilities)).toBe('0000000000000400');
    await engine.docker('rm', '--force', id);
  });
});

describe('wharf/registrar', () => {
  it('also runs as another user in the group of the socket', async () => {
    const id = await start('registrar', [
      '--user',
      '10053:10053',
      '--group-add',
      String(statSync(engine.socketPath).gid),
    ]);
    expect(await becomes(id, 'healthy')).toBe('ready\n');
    await engine.docker('rm', '--force', id);
  });
});

describe('the first process of an image', () => {
  it('reaps what others leave behind', async () => {
    const id = await start('log-shipper');
    const orphan =
      "require('node:child_process').spawn(process.execPath, ['-e', ''], { detached: true, stdio: 'ignore' }).unref()";
    await engine.docker('exec', id, 'node', '--eval', `${orphan}; process.exit()`);
    const zombies = `fs.readdirSync('/proc').filter((pid) => /^\\d+$/.test(pid)).filter((pid) => {
      try { return /State:\\s*Z/.test(fs.readFileSync('/proc/' + pid + '/status', 'utf8')); } catch { return false; }
    }).length`;
    const left = await eventually('no zombies', async () => {
      const found = await evaluate(id, zombies);
      if (found !== '0') throw new Error(`${found} zombies`);
      return found;
    });
    expect(left).toBe('0');
    await engine.docker('rm', '--force', id);
  });
});

describe('the layers', () => {
  it('are the same for Node and its libraries in all agents', async () => {
    const [registrar = [], ...others] = await Promise.all(AGENTS.map((agent) => layers(`wharf/${agent}`)));
    expect(registrar).toHaveLength(2);
    for (const other of others) expect(other[0]).toBe(registrar[0]);
    expect(new Set([registrar, ...others].map(([, app]) => app)).size).toBe(AGENTS.length);
  });

  it(
    'are the same when all is built anew',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'wharf-rebuild-'));
      try {
        stageBuildContext(root, folder);
        const images = IMAGES.filter(({ name }) => name === 'wharf/dns-server');
        const rebuilt = await withBuildEngine(async (docker) => {
          await buildHere(docker, folder, images);
          return docker.run(['image', 'inspect', '--format', '{{json .RootFS.Layers}}', 'wharf/dns-server']);
        });
        expect(JSON.parse(rebuilt)).toEqual(await layers('wharf/dns-server'));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    BUILD_MS,
  );
});
