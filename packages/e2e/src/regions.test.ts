import {
  type AgentProcess,
  type EtcdServer,
  eventually,
  type FakeEngine,
  queryDns,
  startEtcd,
  startFakeEngine,
} from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchDnsServer } from './dns-probe.ts';
import { startReadyRegistrar } from './registrar-run.ts';
import { putKey } from './write-store.ts';

interface Region {
  readonly domain: string;
  readonly etcd: EtcdServer;
  readonly engine: FakeEngine;
  readonly dnsServer: AgentProcess;
  readonly port: number;
}

/** A store, a registrar and a DNS server of its own. */
async function startRegion(name: string, ip: string, cleanup: AsyncDisposableStack): Promise<Region> {
  const domain = `${name}.example.local`;
  const etcd = await startEtcd();
  cleanup.defer(() => etcd.stop());
  const engine = await startFakeEngine();
  cleanup.defer(() => engine.close());
  const dockerHost = `unix://${engine.socketPath}`;
  await startReadyRegistrar(cleanup, { store: etcd.endpoint, dockerHost, domain, ip });
  // What is not kept is asked for each time: answers show what there is now.
  const args = ['-stubzones', '-no-rec', '-rcache', '0'];
  const { agent, port } = await launchDnsServer(cleanup, etcd, { domain, args });
  await agent.ready();
  return { domain, etcd, engine, dnsServer: agent, port };
}

/** As an operator does it: who answers for `other` is a record below `stub.dns` of the own domain. */
async function tell({ etcd, domain }: Region, other: Region): Promise<void> {
  const path = (name: string): string => name.split('.').toReversed().join('/');
  const key = `/skydns/${path(domain)}/dns/stub/${path(other.domain)}/ns1`;
  await putKey(etcd, key, JSON.stringify({ host: '127.0.0.1', port: other.port }));
}

describe('two regions with a store each and stub zones between them', { timeout: 120_000 }, () => {
  const cleanup = new AsyncDisposableStack();
  let east: Region;
  let west: Region;

  beforeAll(async () => {
    [east, west] = await Promise.all([
      startRegion('east', '10.1.0.1', cleanup),
      startRegion('west', '10.2.0.1', cleanup),
    ]);
    await Promise.all([tell(east, west), tell(west, east)]);
  }, 120_000);
  afterAll(() => cleanup.disposeAsync());

  const ask = (asked: Region, label: string, { domain }: Region) =>
    queryDns({ port: asked.port, name: `${label}.${domain}`, type: 'A', recursionDesired: true });
  const untilAnswered = (asked: Region, label: string, of: Region, address: string) =>
    eventually(`${label}.${of.domain} by ${asked.domain}`, async () => {
      const { rcode, texts } = await ask(asked, label, of);
      expect([rcode, ...texts]).toEqual([
        'NOERROR',
        expect.stringMatching(`^${label}.${of.domain}. \\d+ IN A ${address}$`),
      ]);
    });
  const run = ({ engine }: Region, name: string, hostPort: number) =>
    engine.run({ name, image: name, ports: [`${hostPort}:80`] });

  it('find the names of each other', async () => {
    run(east, 'web', 20_001);
    run(west, 'shop', 20_002);
    await untilAnswered(east, 'web', east, '10.1.0.1');
    await untilAnswered(east, 'shop', west, '10.2.0.1');
    await untilAnswered(west, 'web', east, '10.1.0.1');
    const { rcode } = await ask(east, 'nothing', west);
    expect(rcode).toBe('NXDOMAIN');
  });

  it('lose nothing when the store of one is away: its names are answered from memory, the other goes on as before', async () => {
    await west.etcd.kill();
    await eventually('west is not ready', () => expect(west.dnsServer.text('/readyz')).rejects.toThrow('503'));
    await untilAnswered(east, 'shop', west, '10.2.0.1');
    expect(await east.dnsServer.text('/readyz')).toBeDefined();
    run(east, 'api', 20_003);
    await untilAnswered(east, 'api', east, '10.1.0.1');
    await untilAnswered(west, 'api', east, '10.1.0.1');
    await west.etcd.restart();
    run(west, 'mail', 20_004);
    await untilAnswered(east, 'mail', west, '10.2.0.1');
  });

  it('lose only the names of a region that is gone', async () => {
    await Promise.all([west.etcd.kill(), west.dnsServer.kill()]);
    const { rcode } = await ask(east, 'shop', west);
    expect(rcode).toBe('SERVFAIL');
    run(east, 'late', 20_005);
    await untilAnswered(east, 'late', east, '10.1.0.1');
  });
});
