import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { eventually } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Cluster } from './cluster.ts';
import { startCluster } from './start-cluster.ts';

/** Whatever the kernel or the file system still has of a cluster. */
interface Traces {
  readonly folder: string;
  /** Of network, mounts and process IDs of its hosts. */
  readonly namespaces: ReadonlySet<string>;
}

function processIds(): readonly string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

function namespacesOf(pid: string): readonly string[] {
  try {
    return ['net', 'mnt', 'pid', 'uts'].map((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`));
  } catch {
    return [];
  }
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** @param socketPath of the engine of one host */
function tracesOf(socketPath: string): Traces {
  const folder = dirname(dirname(dirname(socketPath)));
  const own = new Set(namespacesOf('self'));
  const members = processIds().filter((pid) => commandLine(pid).includes(folder));
  const all = members.flatMap(namespacesOf).filter((namespace) => !own.has(namespace));
  return { folder, namespaces: new Set(all) };
}

function remainsOf({ folder, namespaces }: Traces): readonly string[] {
  const hierarchies = readdirSync('/sys/fs/cgroup').map((name) => `/sys/fs/cgroup/${name}`);
  const groups = ['/sys/fs/cgroup', ...hierarchies].map((path) => `${path}/${basename(folder)}`);
  return [
    ...processIds()
      .filter((pid) => commandLine(pid).includes(folder) || namespacesOf(pid).some((each) => namespaces.has(each)))
      .map(commandLine),
    ...[folder, ...groups].filter((path) => existsSync(path)),
    ...readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(folder)),
  ];
}

describe('startCluster', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
  });

  afterAll(() => cluster.stop());

  it('has three hosts, each with a name and an address of its own', async () => {
    const names = await Promise.all(cluster.hosts.map((host) => host.engine.docker('info', '--format', '{{.Name}}')));
    expect(names).toEqual(['host-1', 'host-2', 'host-3']);
    expect(cluster.hosts.map((host) => host.address)).toEqual(['10.77.0.11', '10.77.0.12', '10.77.0.13']);
    expect(cluster.hosts).toContain(await cluster.leader());
  });

  it('answers on every host for a service of another one, whose lines reach the rsyslog', async () => {
    const [first, second] = cluster.hosts;
    if (first === undefined || second === undefined) throw new Error('no hosts');
    const serve = 'echo ahoy; echo ahoy > /tmp/index.html; httpd -f -h /tmp';
    await second.runService(['--publish', '8080:80', '--env', 'SERVICE_NAME=web'], 'sh', '-c', serve);
    const watch = await cluster.watch(`web.${cluster.domain}`, 'A');
    await eventually('every host answers', () => {
      const answers = cluster.hosts.map((host) => watch.latest(host.name)?.data);
      expect(answers).toEqual(cluster.hosts.map(() => [second.address]));
    });
    await watch.stop();

    const client = await first.runService([], 'sleep', '1000000');
    expect(await first.getent(client, 'ahostsv4', 'web')).toContain(second.address);
    expect(await first.engine.docker('exec', client, 'wget', '-q', '-O-', 'http://web:8080/')).toBe('ahoy');
    await eventually('the line', () => {
      expect(cluster.rsyslog.messages().map((message) => message.msg)).toContain('ahoy');
    });
  });

  it('brings back what a killed host had: its disk, and containers that restart', async () => {
    const [, , third] = cluster.hosts;
    if (third === undefined) throw new Error('no third host');
    await third.runService(['--name', 'kept', '--restart', 'always'], 'sleep', '1000000');
    await third.runService(['--name', 'ended'], 'sleep', '1000000');
    await third.kill();
    expect(third.state).toBe('dead');
    expect(() => third.engine).toThrow('host-3 is dead');
    await third.boot();
    expect(third.state).toBe('up');
    const states = await third.engine.docker('ps', '--all', '--format', '{{.Names}} {{.State}}');
    expect(states.split('\n').toSorted()).toEqual(['ended exited', 'kept running']);
  });

  it('goes on answering on a host that is cut off, to containers of that host', async () => {
    const [first, second] = cluster.hosts;
    if (first === undefined || second === undefined) throw new Error('no hosts');
    const client = await first.runService([], 'sleep', '1000000');
    const ping = `ping -c 1 -W 1 ${second.address} >/dev/null && echo reached || echo silence`;
    const reach = (): Promise<string> => first.engine.docker('exec', client, 'sh', '-c', ping);
    expect(await reach()).toBe('reached');
    await first.cutOff();
    expect(first.state).toBe('cut-off');
    expect(await reach()).toBe('silence');
    expect(await first.getent(client, 'ahostsv4', 'web')).toContain(second.address);
    await first.heal();
    await eventually('the other host', async () => expect(await reach()).toBe('reached'));
  });

  it('restarts etcd and engine, and rolls an agent, while containers run on', async () => {
    const [first] = cluster.hosts;
    if (first === undefined) throw new Error('no host');
    const container = await first.runService([], 'sleep', '1000000');
    const startedAt = (): Promise<string> =>
      first.engine.docker('inspect', '--format', '{{.State.StartedAt}}', container);
    const before = { startedAt: await startedAt(), agent: first.agents.registrar.process.pid };
    await first.restartEtcd();
    await first.etcdctl('get', '/skydns/');
    await first.restartEngine();
    expect(await startedAt()).toBe(before.startedAt);
    await first.roll('registrar');
    expect(first.agents.registrar.process.pid).not.toBe(before.agent);
    await first.agents.registrar.text('/readyz');
  });
});

describe('stop', () => {
  it('leaves no process, namespace, mount, control group or folder behind', async () => {
    const cluster = await startCluster({ hostCount: 1 });
    const [host] = cluster.hosts;
    if (host === undefined) throw new Error('no host');
    await host.runService([], 'sleep', '1000000');
    const watch = await cluster.watch(`web.${cluster.domain}`, 'A');
    const traces = tracesOf(host.engine.socketPath);
    expect(traces.namespaces.size).toBeGreaterThanOrEqual(4);
    expect(remainsOf(traces).length).toBeGreaterThan(5);
    await cluster.stop();
    expect(remainsOf(traces)).toEqual([]);
    expect(watch.latest(host.name)).toBeDefined();
  });
});

describe('a cluster that does not come up', () => {
  it('says why, and leaves nothing behind', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'wharf-failing-'));
    vi.stubEnv('TMPDIR', parent);
    try {
      const starting = startCluster({ hostCount: 2, ttlSeconds: 2, ttlRefreshSeconds: 3 });
      await expect(starting).rejects.toThrow(/registrar of host-. ended before it was ready: .*-ttl/s);
      expect(readdirSync(parent)).toEqual([]);
      expect(
        processIds()
          .map(commandLine)
          .filter((line) => line.includes(parent)),
      ).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
      rmSync(parent, { recursive: true });
    }
  });
});

describe('a cluster whose process was killed', () => {
  it('is gone', async () => {
    const program = `
      import { startCluster } from '${new URL('./start-cluster.ts', import.meta.url).href}';
      const { hosts: [host] } = await startCluster({ hostCount: 1 });
      await host.runService([], 'sleep', '1000000');
      process.stdout.write(host.engine.socketPath);`;
    const args = ['--conditions=source', '--input-type=module', '--eval', program];
    const owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [socketPath]: unknown[] = await once(owner.stdout, 'data');
    const traces = tracesOf(String(socketPath));
    expect(traces.namespaces.size).toBeGreaterThanOrEqual(4);
    owner.kill('SIGKILL');
    await eventually('nothing left', () => expect(remainsOf(traces)).toEqual([]));
  });
});
