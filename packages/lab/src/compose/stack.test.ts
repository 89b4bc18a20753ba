import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, type Rsyslog, type ServerProcess, startRsyslog } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderEtcdArgs } from '../cluster/etcd-member.ts';
import { RSYSLOG_ADDRESS } from '../cluster/lab-addresses.ts';
import { startLabSwitch } from '../cluster/lab-switch.ts';
import { runIn } from '../cluster/run-in.ts';
import { type ComposeProject, deployStack } from './deploy-files.ts';
import { type EngineHost, GETENT, LOG_FOLDER, startEngineHost } from './engine-host.ts';
import { dig, storedRecords } from './inside-host.ts';

const ADDRESSES = ['10.77.0.11', '10.77.0.12'];
const DOMAIN = 'staging.example.local';
const ETCD = `${RSYSLOG_ADDRESS}:2379`;
/** For images that are not built yet. */
const BUILD_MS = 900_000;
const AGENTS = ['registrar', 'dns-server', 'log-shipper'];

/** Two engines of one swarm: etcd and rsyslog are on neither. */
describe('stack.yaml on a swarm of two nodes', { timeout: 400_000 }, () => {
  const cleanup = new AsyncDisposableStack();
  const hosts: EngineHost[] = [];
  let outside: readonly string[];
  let etcd: ServerProcess;
  let startEtcd: () => Promise<ServerProcess>;
  let rsyslog: Rsyslog;
  let agents: ComposeProject;
  let shop: ComposeProject;

  beforeAll(async () => {
    const labSwitch = await startLabSwitch();
    cleanup.defer(() => labSwitch.end());
    const { namespaces } = labSwitch;
    outside = namespaces.enterNetwork;
    rsyslog = await startRsyslog({ relp: true, network: { start: namespaces.start, address: RSYSLOG_ADDRESS } });
    cleanup.defer(() => rsyslog.stop());
    const dataDir = mkdtempSync(join(tmpdir(), 'wharf-etcd-'));
    cleanup.defer(() => rmSync(dataDir, { recursive: true, force: true }));
    const members = [{ name: 'outside', address: RSYSLOG_ADDRESS }];
    const args = renderEtcdArgs({ hostName: 'outside', address: RSYSLOG_ADDRESS, dataDir, hosts: members });
    startEtcd = () => namespaces.start({ name: 'etcd', command: 'etcd', args, remedy: 'apt-get install etcd-server' });
    etcd = await startEtcd();
    cleanup.defer(() => etcd.stop());
    for (const [index, address] of ADDRESSES.entries()) {
      // As a host's daemon.json would say it: `"dns": ["10.77.0.11"], "dns-search": ["staging.example.local"]`.
      const dns = [`--dns=${address}`, `--dns-search=${DOMAIN}`];
      hosts.push(await startEngineHost(cleanup, labSwitch, { name: `host-${index + 1}`, address, args: dns }));
    }
    const [first, second] = hosts;
    if (first === undefined || second === undefined) throw new Error('there are two hosts');
    await first.engine.docker('swarm', 'init', '--advertise-addr', first.address);
    const token = await first.engine.docker('swarm', 'join-token', '--quiet', 'worker');
    await second.engine.docker('swarm', 'join', '--token', token, `${first.address}:2377`);
    const { socketPath } = first.engine;
    const variables = {
      WHARF_ETCD: ETCD,
      WHARF_RECEIVER: `relp://docker-rsyslog:${rsyslog.relpPort}`,
      WHARF_DOCKER_LOGS: LOG_FOLDER,
    };
    agents = { files: ['stack.yaml'], socketPath, variables };
    shop = { files: ['examples/web.stack.yaml'], name: 'shop', socketPath, variables: {} };
    const record = ['/skydns/local/example/staging/docker-rsyslog', `{"host":"${RSYSLOG_ADDRESS}"}`];
    const put = ['etcdctl', '--endpoints', ETCD, 'put', ...record];
    await eventually('etcd', () => runIn(outside, put, { ETCDCTL_API: '3' }));
    await deployStack(agents);
  }, BUILD_MS);

  afterAll(() => cleanup.disposeAsync());

  const manager = (...args: readonly string[]): Promise<string> => {
    const [first] = hosts;
    if (first === undefined) throw new Error('there are two hosts');
    return first.engine.docker(...args);
  };

  /** How many tasks of each service run (where there is a health check, and are healthy), of how many: `2/2`. */
  const replicas = async (stack: string): Promise<Readonly<Record<string, string>>> => {
    const lines = await manager('stack', 'services', '--format', '{{.Name}} {{.Replicas}}', stack);
    const pairs = lines.split('\n').map((line) => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? ''] as const);
    return Object.fromEntries(pairs);
  };

  const allRun = (): Promise<void> =>
    eventually(
      'an agent of each kind on each node',
      async () =>
        expect(await replicas('wharf')).toEqual(
          Object.fromEntries(AGENTS.map((agent) => [`wharf_${agent}`, '2/2'] as const)),
        ),
      { timeoutMs: 120_000, intervalMs: 250 },
    );

  it('runs one of each on each node, and each finds the address of its own', async () => {
    await allRun();
    for (const host of hosts) {
      await eventually('local.dns', async () =>
        expect(await dig(host, `local.dns.${DOMAIN}`, 'A')).toEqual([host.address]),
      );
    }
  });

  it('a service with two ports is found from containers of both nodes, and its logs arrive', async () => {
    await deployStack(shop);
    for (const host of hosts) {
      await eventually('both replicas', async () => expect(await dig(host, `web.${DOMAIN}`, 'A')).toEqual(ADDRESSES), {
        timeoutMs: 60_000,
      });
      const found = await host.engine.docker('run', '--rm', 'busybox:1.36', GETENT, 'ahostsv4', 'web-admin');
      const addresses = new Set(found.split('\n').map((line) => line.split(/\s+/)[0]));
      expect([...addresses].map(String).toSorted()).toEqual(ADDRESSES);
      for (const srv of await dig(host, `web.${DOMAIN}`, 'SRV')) {
        const [, , port = '', target = ''] = srv.split(' ');
        // The name of an instance has dots and colons in its first label, which are none of a URL's.
        const [address = ''] = await dig(host, target, 'A');
        const url = `http://${address}:${port}/`;
        await host.engine.docker('run', '--rm', 'busybox:1.36', 'wget', '-q', '-O', '-', url);
      }
    }
    await eventually('the lines of the four requests', () => {
      const lines = rsyslog
        .messages()
        .filter(({ appName, msg }) => appName.startsWith('shop_web') && msg.includes('response:200'));
      expect(new Set(lines.map(({ appName }) => appName)).size).toBe(2);
      expect(lines.map(({ hostname }) => hostname).toSorted()).toEqual(['host-1', 'host-1', 'host-2', 'host-2']);
    });
  });

  it('an etcd that is away ends no task', async () => {
    const tasks = await manager('service', 'ps', '--quiet', ...AGENTS.map((agent) => `wharf_${agent}`));
    await etcd.stop();
    const since = Date.now();
    try {
      for (const host of hosts) {
        await eventually('that each was asked again', () => expectAskedSince(host, since), { timeoutMs: 60_000 });
        expect(await dig(host, `web.${DOMAIN}`, 'A')).toEqual(ADDRESSES);
      }
    } finally {
      etcd = await startEtcd();
    }
    expect(await manager('service', 'ps', '--quiet', ...AGENTS.map((agent) => `wharf_${agent}`))).toBe(tasks);
  });

  it('an update goes from node to node and leaves every record where it is', async () => {
    const before = await storedRecords(outside, ETCD);
    expect(before.map(({ key }) => key.split('/')[5])).toEqual([
      'docker-rsyslog',
      'web-admin',
      'web-admin',
      'web',
      'web',
    ]);
    for (const host of hosts)
      for (const agent of AGENTS) await host.engine.docker('tag', `wharf/${agent}:latest`, `wharf/${agent}:next`);
    await deployStack({ ...agents, variables: { ...agents.variables, WHARF_TAG: 'next', WHARF_TTL: '50' } });
    for (const agent of AGENTS) {
      await eventually(
        `the update of ${agent}`,
        async () => {
          const format = '{{.UpdateStatus.State}} {{.Spec.TaskTemplate.ContainerSpec.Image}}';
          const state = await manager('service', 'inspect', '--format', format, `wharf_${agent}`);
          expect(state).toBe(`completed wharf/${agent}:next`);
        },
        { timeoutMs: 180_000, intervalMs: 500 },
      );
    }
    await eventually('the records of the new registrars', async () => {
      const after = await storedRecords(outside, ETCD);
      expect(after.filter(({ value }) => value.includes('"ttl":50'))).toHaveLength(4);
      expect(after.map(({ createRevision }) => createRevision)).toEqual(before.map((each) => each.createRevision));
    });
    for (const host of hosts) expect(await dig(host, `web.${DOMAIN}`, 'A')).toEqual(ADDRESSES);
  });

  it('goes in good order', async () => {
    await manager('stack', 'rm', 'shop');
    await eventually('no records of what is gone', async () =>
      expect((await storedRecords(outside, ETCD)).map(({ key }) => key.split('/')[5])).toEqual(['docker-rsyslog']),
    );
    await manager('stack', 'rm', 'wharf');
    for (const host of hosts)
      await eventually('no containers', async () => expect(await host.engine.docker('ps', '--quiet')).toBe(''));
  });
});

/** That each agent's health was looked at after that time, and found good. */
async function expectAskedSince({ engine }: EngineHost, since: number): Promise<void> {
  const ids = (await engine.docker('ps', '--quiet', '--filter', 'name=wharf_')).split('\n');
  expect(ids).toHaveLength(AGENTS.length);
  for (const id of ids) {
    const format = '{{with .State.Health}}{{.Status}}{{range .Log}} {{.ExitCode}}@{{.Start.Unix}}{{end}}{{end}}';
    const [status, ...looks] = (await engine.docker('inspect', '--format', format, id)).split(' ');
    const [exitCode, at] = (looks.at(-1) ?? '').split('@');
    expect([status, exitCode]).toEqual(['healthy', '0']);
    expect(Number(at) * 1000).toBeGreaterThan(since);
  }
}
