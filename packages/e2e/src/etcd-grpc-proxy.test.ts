import {
  type AgentProcess,
  type EtcdProxy,
  type EtcdServer,
  eventually,
  type FakeEngine,
  queryDns,
  startEtcd,
  startEtcdProxy,
  startFakeEngine,
} from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOMAIN } from './cluster.ts';
import { launchDnsServer, startDnsProbe } from './dns-probe.ts';
import { startReadyRegistrar } from './registrar-run.ts';
import { readRecords } from './stored-keys.ts';

describe("the agents behind etcd's gRPC proxy", { timeout: 120_000 }, () => {
  const cleanup = new AsyncDisposableStack();
  let etcd: EtcdServer;
  let proxy: EtcdProxy;
  let engine: FakeEngine;
  let registrar: AgentProcess;
  let dnsServer: AgentProcess;
  let port: number;

  beforeAll(async () => {
    etcd = await startEtcd();
    cleanup.defer(() => etcd.stop());
    proxy = await startEtcdProxy({ endpoints: [etcd.endpoint] });
    cleanup.defer(() => proxy.stop());
    engine = await startFakeEngine();
    cleanup.defer(() => engine.close());
    const dockerHost = `unix://${engine.socketPath}`;
    registrar = await startReadyRegistrar(cleanup, { store: `127.0.0.1:${proxy.port}`, dockerHost });
    const server = await launchDnsServer(cleanup, proxy);
    dnsServer = server.agent;
    port = server.port;
    await dnsServer.ready();
  });
  afterAll(() => cleanup.disposeAsync());

  const untilAnswered = (service: string, answers: number) =>
    eventually(`${answers} answers for ${service}`, async () => {
      const { texts } = await queryDns({ port, name: `${service}.${DOMAIN}`, type: 'SRV' });
      expect(texts).toHaveLength(answers);
    });
  const run = (service: string, hostPort: number) =>
    engine.run({ name: service, image: service, ports: [`${hostPort}:80`] });
  const untilNotReady = () =>
    Promise.all(
      [registrar, dnsServer].map((agent) =>
        eventually('not ready', () => expect(agent.text('/readyz')).rejects.toThrow('503')),
      ),
    );
  const untilReady = () => Promise.all([registrar.ready(), dnsServer.ready()]);

  it('find what starts and forget what ends', async () => {
    run('web', 20_001);
    run('api', 20_002);
    await untilAnswered('web', 1);
    await untilAnswered('api', 1);
    engine.die('api');
    await untilAnswered('api', 0);
    expect(Object.keys(await readRecords(etcd))).toHaveLength(1);
  });

  it.each([
    {
      what: 'the proxy',
      service: 'second',
      hostPort: 20_003,
      kill: () => proxy.kill(),
      restart: () => proxy.restart(),
    },
    {
      what: 'the etcd behind the proxy',
      service: 'third',
      hostPort: 20_004,
      kill: () => etcd.kill(),
      restart: () => etcd.restart(),
    },
  ])('answer while $what is away, notice it, and catch up without writing anything anew', async (outage) => {
    const before = await readRecords(etcd);
    const probe = startDnsProbe(port, 'web');
    await outage.kill();
    await untilNotReady();
    run(outage.service, outage.hostPort);
    await eventually('questions meanwhile', () => expect(probe.asked).toBeGreaterThan(10));
    await outage.restart();
    await untilAnswered(outage.service, 1);
    await untilReady();
    const { gaps } = await probe.stop();
    expect(gaps).toEqual([]);
    expect(await readRecords(etcd)).toMatchObject(before);
  });
});
