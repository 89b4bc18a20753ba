import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EtcdServer, eventually, freePort, queryDns, startEtcd } from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEtcdTestServers } from './testing/etcd-test-servers.ts';
import type { TestServer } from './testing/start-server.ts';

const CONFIG = '/skydns/config';

describe('the configuration in a real etcd', { timeout: 60_000 }, () => {
  let etcd: EtcdServer;
  let folder: string;
  const servers = createEtcdTestServers();

  beforeAll(async () => {
    etcd = await startEtcd();
  });

  afterAll(() => etcd.stop());

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wharf-configuration-'));
    await etcd.restart();
    await etcd.etcdctl('del', '/', '--prefix');
    await etcd.etcdctl('put', '/skydns/local/example/web', '{"host":"10.0.0.1"}');
  });

  afterEach(async () => {
    await servers.stopAll();
    await rm(folder, { recursive: true });
  });

  const start = (...args: readonly string[]): Promise<TestServer> => servers.start(etcd.url, args);

  const configure = (value: unknown) => etcd.etcdctl('put', CONFIG, JSON.stringify(value));

  const untilReady = (server: TestServer) =>
    eventually('the server is ready', () => expect(server.agent.readiness()).toEqual([]));

  const web = async (server: TestServer) => {
    const { rcode, texts } = await server.ask('web.example.local', 'A');
    return [rcode, ...texts];
  };

  const answered = (ttl: number) => ['NOERROR', `web.example.local. ${ttl} IN A 10.0.0.1`];

  it('names the domain that only it knows, from the first answer on', async () => {
    await configure({ domain: 'example.local.' });
    const server = await start();
    const first = await web(server);
    expect([['SERVFAIL'], answered(3_600)]).toContainEqual(first);
    await untilReady(server);
    expect(await web(server)).toEqual(answered(3_600));
    expect(server.agent.debug['zone']?.()).toMatchObject({
      domains: ['example.local'],
      configuration: { domains: { value: 'example.local', from: 'store' } },
    });
  });

  it('is followed: what it says counts at once, and when it is gone the flags do', async () => {
    const server = await start('-domain', 'example.local', '-ttl', '77');
    await untilReady(server);
    expect(await web(server)).toEqual(answered(77));
    await configure({ ttl: 99, min_ttl: 9 });
    await eventually('the new TTL', async () => expect(await web(server)).toEqual(answered(99)));
    await configure({ domain: 'example.org' });
    await eventually('the new domain', async () => expect(await web(server)).toEqual(['REFUSED']));
    await etcd.etcdctl('del', CONFIG);
    await eventually('the flags', async () => expect(await web(server)).toEqual(answered(77)));
  });

  it('goes on with what was in force when there are mistakes in it, and counts them', async () => {
    await configure({ domain: 'example.local', ttl: 99 });
    const server = await start();
    await untilReady(server);
    await etcd.etcdctl('put', CONFIG, '{"domain": ');
    const rejected = (count: number) =>
      eventually(`${count} are counted`, async () =>
        expect(await server.registry.metrics()).toContain(`wharf_dns_rejected_configurations_total ${count}\n`),
      );
    await rejected(1);
    expect(await web(server)).toEqual(answered(99));
    await configure({ domain: 'example.local', ttl: 'long', min_ttl: 5 });
    await rejected(2);
    expect(await web(server)).toEqual(answered(99));
    expect(server.agent.debug['zone']?.()).toMatchObject({ configuration: { minTtl: { value: '5' } } });
  });

  it('says where to listen when the server starts', async () => {
    const port = await freePort();
    await configure({ dns_addr: `127.0.0.1:${port}`, domain: 'example.local' });
    const server = await start();
    await untilReady(server);
    expect((await queryDns({ port, name: 'web.example.local', type: 'A' })).texts).toHaveLength(1);
    await configure({ dns_addr: '127.0.0.1:1', domain: 'example.local', ttl: 5 });
    await eventually('the new TTL', async () => {
      const { texts } = await queryDns({ port, name: 'web.example.local', type: 'A' });
      expect(texts).toEqual(['web.example.local. 5 IN A 10.0.0.1']);
    });
  });

  it('is in the snapshot: a start without etcd answers for the same domain at the same address', async () => {
    const port = await freePort();
    await configure({ domain: 'example.local', dns_addr: `127.0.0.1:${port}`, ttl: 20 });
    const snapshot = ['-snapshot', join(folder, 'snapshot')];
    await untilReady(await start(...snapshot));
    await servers.stopAll();
    await etcd.kill();
    const server = await start(...snapshot);
    const { texts } = await queryDns({ port, name: 'web.example.local', type: 'A' });
    expect(texts).toEqual(['web.example.local. 20 IN A 10.0.0.1']);

    await etcd.restart();
    await etcd.etcdctl('del', CONFIG);
    await untilReady(server);
    expect((await queryDns({ port, name: 'web.example.local', type: 'A' })).rcode).toBe('REFUSED');
  });
});
