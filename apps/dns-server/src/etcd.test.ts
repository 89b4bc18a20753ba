import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { silentLogger } from '@wharf/agent';
import { createEtcdKeyStore, type KeyStore } from '@wharf/etcd-client';
import { type EtcdServer, eventually, freePort, startEtcd } from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './testing/start-server.ts';

const run = promisify(execFile);

/** What dig prints of the answer section, with single spaces. */
const dig = async (port: number, ...args: readonly string[]): Promise<readonly string[]> => {
  const { stdout } = await run('dig', ['@127.0.0.1', '-p', String(port), '+noall', '+answer', '+tries=1', ...args]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll(/\s+/g, ' '));
};

describe('a DNS server over a real etcd', () => {
  let etcd: EtcdServer;
  let store: KeyStore;
  let server: TestServer;

  beforeAll(async () => {
    etcd = await startEtcd();
  });

  afterAll(async () => {
    await etcd.stop();
  });

  afterEach(async () => {
    await server.agent.stop();
    await store.close();
  });

  const start = async (url: string): Promise<void> => {
    store = createEtcdKeyStore({ endpoints: [url], log: silentLogger });
    server = await startTestServer(store, ['-round-robin=false']);
  };

  const answers = (name: string, expected: readonly string[]): Promise<void> =>
    eventually(`${name} is answered`, async () => {
      expect((await server.ask(name, 'A')).texts).toEqual(expected);
    });

  it('answers records that were put by hand, as dig sees it', async () => {
    await start(etcd.url);
    await etcd.etcdctl('put', '/skydns/local/skydns/east/web', '{"host":"10.0.0.1","port":80}');
    await answers('web.east.skydns.local', ['web.east.skydns.local. 3600 IN A 10.0.0.1']);
    expect(await dig(server.port, 'WEB.east.skydns.local', 'A')).toEqual(['WEB.east.skydns.local. 3600 IN A 10.0.0.1']);
    expect(await dig(server.port, '+tcp', 'web.east.skydns.local', 'SRV')).toEqual([
      'web.east.skydns.local. 3600 IN SRV 10 100 80 web.east.skydns.local.',
    ]);
    expect(await dig(server.port, '+bufsize=4096', 'skydns.local', 'NS')).toEqual([
      'skydns.local. 3600 IN NS ns.dns.skydns.local.',
    ]);
    expect(await dig(server.port, '+noedns', '-x', '10.0.0.1')).toEqual([]);
  });

  it('goes on when etcd is killed, says so, and catches up when etcd is back', async () => {
    await start(etcd.url);
    await etcd.etcdctl('put', '/skydns/local/skydns/db/1', '{"host":"10.0.1.1","ttl":7}');
    await answers('db.skydns.local', ['db.skydns.local. 7 IN A 10.0.1.1']);
    await etcd.kill();
    await eventually('the server knows', () => expect(server.agent.readiness()).toHaveLength(1));
    const reply = await server.ask('db.skydns.local', 'A', { edns: {} });
    expect(reply.texts).toEqual(['db.skydns.local. 7 IN A 10.0.1.1']);
    expect(reply.edns?.extendedErrors).toEqual([3]);
    await etcd.restart();
    await etcd.etcdctl('put', '/skydns/local/skydns/db/1', '{"host":"10.0.1.2","ttl":7}');
    await answers('db.skydns.local', ['db.skydns.local. 7 IN A 10.0.1.2']);
    await eventually('the server is ready again', () => expect(server.agent.readiness()).toEqual([]));
    expect((await server.ask('db.skydns.local', 'A', { edns: {} })).edns?.extendedErrors).toEqual([]);
  });

  it('takes TTLs from leases, and forgets what ends with them', async () => {
    await start(etcd.url);
    const granted = await etcd.etcdctl('lease', 'grant', '500');
    const lease = /lease ([\da-f]+) granted/.exec(granted)?.[1] ?? '';
    await etcd.etcdctl('put', `--lease=${lease}`, '/skydns/local/skydns/leased/1', '{"host":"10.0.2.1"}');
    await eventually('the lease is known', async () => {
      const { texts } = await server.ask('leased.skydns.local', 'A');
      expect(texts).toEqual([expect.stringMatching(/^leased\.skydns\.local\. (500|49\d) IN A 10\.0\.2\.1$/)]);
    });
    await etcd.etcdctl('lease', 'revoke', lease);
    await answers('leased.skydns.local', []);
  });

  it('says that it is not ready, and answers SERVFAIL with the reason, when there never was an etcd', async () => {
    await start(`http://127.0.0.1:${await freePort()}`);
    const reply = await server.ask('db.skydns.local', 'A', { edns: {} });
    expect({ rcode: reply.rcode, errors: reply.edns?.extendedErrors }).toEqual({ rcode: 'SERVFAIL', errors: [14] });
    expect((await server.ask('example.org', 'A')).rcode).toBe('REFUSED');
    await eventually('it says why', () =>
      expect(server.agent.readiness()).toEqual([expect.stringMatching(/^no records have been read from etcd .*: /)]),
    );
  });
});
