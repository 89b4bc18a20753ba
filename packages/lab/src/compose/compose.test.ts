import { eventually } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLabSwitch } from '../cluster/lab-switch.ts';
import { type ComposeProject, dockerCompose } from './deploy-files.ts';
import { type EngineHost, EXAMPLE_IMAGE, GETENT, LOG_FOLDER, startEngineHost } from './engine-host.ts';
import { importEtcdImage } from './etcd-image.ts';
import { containerHealth, dig, storedRecords } from './inside-host.ts';

const ADDRESS = '10.77.0.11';
const DOMAIN = 'staging.example.local';
const ETCD = '127.0.0.1:2379';
/** For images that are not built yet. */
const BUILD_MS = 900_000;
const AGENTS = ['registrar', 'dns-server', 'log-shipper'];
const WITH_HEALTH = [...AGENTS, 'central-rsyslog'];

describe('compose.yaml with its trial profile on one host, started by docker-compose', { timeout: 120_000 }, () => {
  const cleanup = new AsyncDisposableStack();
  let host: EngineHost;
  let agents: ComposeProject;
  let shop: ComposeProject;

  beforeAll(async () => {
    const labSwitch = await startLabSwitch();
    cleanup.defer(() => labSwitch.end());
    host = await startEngineHost(cleanup, labSwitch, { name: 'host-1', address: ADDRESS });
    await importEtcdImage(host.engine, 'wharf-etcd:test');
    const { socketPath } = host.engine;
    agents = {
      files: ['compose.yaml'],
      socketPath,
      variables: {
        WHARF_ADDRESS: ADDRESS,
        WHARF_DOCKER_LOGS: LOG_FOLDER,
        WHARF_ETCD_IMAGE: 'wharf-etcd:test',
      },
    };
    shop = { files: ['examples/web.compose.yaml'], socketPath, variables: { WHARF_ADDRESS: ADDRESS }, name: 'shop' };
    await dockerCompose(agents, '--profile', 'trial', 'up', '--detach');
  }, BUILD_MS);

  afterAll(() => cleanup.disposeAsync());

  const inContainer = (...command: readonly string[]): Promise<string> =>
    host.engine.docker('run', '--rm', '--dns', ADDRESS, '--dns-search', DOMAIN, EXAMPLE_IMAGE, ...command);

  const allHealthy = (): Promise<void> =>
    eventually(
      'healthy agents',
      async () => {
        const health = await containerHealth(host);
        expect(WITH_HEALTH.map((name) => health.get(`wharf_${name}_1`))).toEqual(WITH_HEALTH.map(() => 'healthy'));
      },
      { timeoutMs: 90_000 },
    );

  it('is healthy, and the domain is answered', async () => {
    await allHealthy();
    expect(await dig(host, `local.dns.${DOMAIN}`, 'A')).toEqual([ADDRESS]);
  });

  it('a service with two ports is found by its names from another container, and its log arrives', async () => {
    await dockerCompose(shop, 'up', '--detach');
    await eventually('its records', async () => expect(await dig(host, `web-admin.${DOMAIN}`, 'A')).toEqual([ADDRESS]));
    const [srv = ''] = await dig(host, `web.${DOMAIN}`, 'SRV');
    const [, , port = ''] = srv.split(' ');
    expect(await inContainer(GETENT, 'ahostsv4', 'web')).toMatch(new RegExp(`^${ADDRESS.replaceAll('.', '\\.')} `));
    const page = await inContainer('wget', '-q', '-O', '-', `http://web:${port}/`);
    expect(page.trim()).toBe((await host.engine.docker('exec', 'shop_web_1', 'hostname')).trim());
    const readLogs = ['cat', '/var/log/hosts/host-1/shop_web_1.log'];
    await eventually('the line of the request at the central rsyslog', async () =>
      expect(await host.engine.docker('exec', 'wharf_central-rsyslog_1', ...readLogs)).toContain('response:200'),
    );
  });

  it('an update of the agents leaves every record where it is', async () => {
    const before = await storedRecords(host.engine.enterNetwork, ETCD);
    const names = before.map(({ key }) => key.split('/')[5]);
    expect([...new Set(names)]).toEqual(['docker-rsyslog', 'web-admin', 'web']);
    for (const agent of AGENTS) await host.engine.docker('tag', `wharf/${agent}:latest`, `wharf/${agent}:next`);
    const next = { ...agents, variables: { ...agents.variables, WHARF_TAG: 'next', WHARF_TTL: '50' } };
    await dockerCompose(next, 'up', '--detach', ...AGENTS);
    await allHealthy();
    await eventually('the records under the new lease', async () => {
      const after = await storedRecords(host.engine.enterNetwork, ETCD);
      expect(after.find(({ key }) => key.includes('/web/'))?.value).toContain('"ttl":50');
      expect(after.map(({ createRevision }) => createRevision)).toEqual(before.map((each) => each.createRevision));
    });
    await eventually('an answer', async () => expect(await dig(host, `web.${DOMAIN}`, 'A')).toEqual([ADDRESS]));
  });

  it('a dns-server that starts while etcd is away answers what it kept', async () => {
    await dockerCompose(agents, '--profile', 'trial', 'stop', 'etcd');
    await dockerCompose(agents, 'restart', 'dns-server');
    await eventually('an answer', async () => expect(await dig(host, `web.${DOMAIN}`, 'A')).toEqual([ADDRESS]));
    await dockerCompose(agents, '--profile', 'trial', 'start', 'etcd');
    await allHealthy();
  });

  it('all end in good order, and down leaves nothing but the volumes', async () => {
    await dockerCompose(shop, 'down');
    await eventually('no records of what is gone', async () =>
      expect(await dig(host, `web.${DOMAIN}`, 'A')).toEqual([]),
    );
    await dockerCompose(agents, 'stop', ...AGENTS);
    const names = AGENTS.map((agent) => `wharf_${agent}_1`);
    const codes = await host.engine.docker('inspect', '--format', '{{.State.ExitCode}}', ...names);
    expect(codes.split('\n')).toEqual(['0', '0', '0']);
    await dockerCompose(agents, '--profile', 'trial', 'down');
    expect(await host.engine.docker('ps', '--all', '--quiet')).toBe('');
    const volumes = await host.engine.docker('volume', 'ls', '--format', '{{.Name}}');
    expect(volumes.split('\n').toSorted()).toEqual([
      'wharf_dns-server',
      'wharf_etcd',
      'wharf_log-queue',
      'wharf_log-shipper',
      'wharf_logs',
    ]);
  });
});
