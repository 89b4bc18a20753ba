import { silentLogger, systemClock } from '@wharf/agent';
import { type EtcdProxy, type EtcdServer, eventually, startEtcd, startEtcdProxy } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEtcdKeyStore } from './etcd-key-store.ts';
import { followPrefix } from './follow-prefix.ts';
import { keepLease } from './keep-lease.ts';
import type { KeyStore } from './key-store.ts';
import { createCollectingSink } from './testing/collecting-sink.ts';
import { describeKeyStore } from './testing/key-store-suite.ts';
import { recordWatch } from './testing/record-watch.ts';
import { putOne, withStore } from './testing/with-store.ts';

const tools = { clock: systemClock, log: silentLogger, random: Math.random, backoff: { baseMs: 10, capMs: 200 } };

describeKeyStore('etcd behind its gRPC proxy', async () => {
  const etcd = await startEtcd();
  const proxy = await startEtcdProxy({ endpoints: [etcd.endpoint] });
  const open = () => createEtcdKeyStore({ endpoints: [proxy.url], log: silentLogger });
  const store = open();
  return {
    store,
    compact: (revision) => etcd.compact(revision),
    advance: async () => undefined,
    open: async () => open(),
    async dispose() {
      await store.close();
      await proxy.stop();
      await etcd.stop();
    },
  };
});

describe('a gRPC proxy that fails', () => {
  let etcd: EtcdServer;
  let proxies: readonly EtcdProxy[];
  let direct: KeyStore;
  let store: KeyStore;

  beforeAll(async () => {
    etcd = await startEtcd();
    const start = () => startEtcdProxy({ endpoints: [etcd.endpoint] });
    proxies = [await start(), await start()];
    direct = createEtcdKeyStore({ endpoints: [etcd.url], log: silentLogger });
    store = createEtcdKeyStore({ endpoints: proxies.map(({ url }) => url), log: silentLogger, random: () => 0 });
  });
  afterAll(async () => {
    await Promise.all([store, direct].map((each) => each.close()));
    await Promise.all(proxies.map((each) => each.stop()));
    await etcd.stop();
  });

  it('costs no change and no lease: what hung on it goes on by way of the other', async () => {
    const sink = createCollectingSink();
    const follower = followPrefix(store, '/proxied/', sink, tools);
    const words: string[] = [];
    const keeper = keepLease(store, {
      ...tools,
      ttlSeconds: 3,
      onHeld: () => words.push('held'),
      onLost: (_lease, reason) => words.push(`lost: ${reason}`),
    });
    await eventually('followed', () => expect(follower.status().state).toBe('following'));
    const lease = await eventually('held', () => keeper.current() ?? Promise.reject(new Error('not yet')));
    const operation = { type: 'put', key: '/proxied/leased', value: '', lease } as const;
    await direct.transact({ guards: [], operations: [operation] });
    for (const [round, proxy] of proxies.entries()) {
      await proxy.kill();
      await putOne(direct, `/proxied/${round}`);
      await eventually('the change is there', () => expect(Object.keys(sink.held)).toContain(`/proxied/${round}`));
      await eventually('some of the TTL is gone', () => expect(keeper.remainingMs()).toBeLessThan(2_500));
      await eventually('renewed', () => expect(keeper.remainingMs()).toBeGreaterThan(2_500));
      await proxy.restart();
    }
    expect(words).toEqual(['held']);
    expect(await direct.get('/proxied/leased')).toMatchObject({ lease });
    expect(sink.words.filter((word) => word === 'begin')).toHaveLength(1);
    follower.stop();
    await keeper.stop({ revoke: true });
    expect(await direct.get('/proxied/leased')).toBeUndefined();
  });
});

describe('users behind a gRPC proxy', () => {
  it('reads, writes and watches as the user that was given, and as nobody else', async () => {
    await using cleanup = new AsyncDisposableStack();
    const etcd = await startEtcd();
    cleanup.defer(() => etcd.stop());
    const proxy = await startEtcdProxy({ endpoints: [etcd.endpoint] });
    cleanup.defer(() => proxy.stop());
    await etcd.etcdctl('user', 'add', 'root:secret');
    await etcd.etcdctl('role', 'add', 'agents');
    await etcd.etcdctl('role', 'grant-permission', 'agents', '--prefix=true', 'readwrite', '/skydns/');
    await etcd.etcdctl('user', 'add', 'agent:word');
    await etcd.etcdctl('user', 'grant-role', 'agent', 'agents');
    await etcd.etcdctl('auth', 'enable');
    const endpoints = [proxy.url];
    await withStore({ endpoints, username: 'agent', password: 'word' }, async (store) => {
      const watch = recordWatch(store, '/skydns/', 0);
      await eventually('open', () => expect(watch.opened).toBe(1));
      const lease = await store.grantLease(5);
      const operation = { type: 'put', key: '/skydns/a', value: '1', lease: lease.id } as const;
      await store.transact({ guards: [], operations: [operation] });
      expect(await store.renewLease(lease.id)).toBe(5);
      await eventually('seen', () => expect(watch.words).toEqual(['put /skydns/a=1']));
      await expect(putOne(store, '/elsewhere')).rejects.toMatchObject({ code: 'unauthorized' });
    });
    const refused = withStore({ endpoints }, (store) => store.get('/skydns/a'));
    await expect(refused).rejects.toMatchObject({ code: 'unauthorized' });
  });
});
