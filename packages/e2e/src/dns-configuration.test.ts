import {
  type AgentProcess,
  type EtcdServer,
  eventually,
  freePort,
  queryDns,
  startAgent,
  startEtcd,
} from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mainOf } from './cluster.ts';
import { deleteKey, putKey } from './write-store.ts';

const CONFIG = '/skydns/config';

describe('a unit of SkyDNS that says everything in /skydns/config', () => {
  const cleanup = new AsyncDisposableStack();
  let etcd: EtcdServer;
  let agent: AgentProcess;
  let port: number;
  let metricsPort: number;

  beforeAll(async () => {
    etcd = await startEtcd();
    cleanup.defer(() => etcd.stop());
    [port, metricsPort] = [await freePort(), await freePort()];
    await configure({ domain: 'example.local.', ttl: 300 });
    await putKey(etcd, '/skydns/local/example/web', '{"host":"10.0.0.1"}');
    agent = await startAgent({
      name: 'dns-server',
      main: mainOf('dns-server'),
      args: ['-no-rec', '-systemd=false', '-scache=1000'],
      env: { ETCD_MACHINES: etcd.url, PROMETHEUS_PORT: String(metricsPort), PROMETHEUS_NAMESPACE: 'skydns' },
    });
    cleanup.defer(() => agent.kill());
    await agent.ready();
  });

  afterAll(() => cleanup.disposeAsync());

  const configure = (more: object) => putKey(etcd, CONFIG, JSON.stringify({ dns_addr: `127.0.0.1:${port}`, ...more }));

  const web = async () => {
    const { rcode, texts } = await queryDns({ port, name: 'web.example.local', type: 'A' });
    return [rcode, ...texts];
  };

  it('is answered where and as that says', async () => {
    expect(await web()).toEqual(['NOERROR', 'web.example.local. 300 IN A 10.0.0.1']);
    expect(await agent.debug('zone')).toMatchObject({
      domains: ['example.local'],
      address: `127.0.0.1:${port}`,
      configuration: { ttl: { value: '300', from: 'store' }, minTtl: { value: '60', from: 'default' } },
    });
  });

  it('serves its metrics where PROMETHEUS_PORT says', async () => {
    const response = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
    expect(await response.text()).toContain('wharf_dns_records 1\n');
  });

  it('follows what is changed there', async () => {
    await configure({ domain: 'example.local,example.org', ttl: 20 });
    await eventually('the new TTL', async () =>
      expect(await web()).toEqual(['NOERROR', 'web.example.local. 20 IN A 10.0.0.1']),
    );
    await deleteKey(etcd, CONFIG);
    await eventually('the domain of the options', async () => expect(await web()).toEqual(['REFUSED']));
  });
});
