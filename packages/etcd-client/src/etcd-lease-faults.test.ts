import { silentLogger, systemClock } from '@wharf/agent';
import { type EtcdServer, eventually, type FaultyProxy, startEtcd, startFaultyProxy } from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEtcdKeyStore } from './etcd-key-store.ts';
import { keepLease, type LeaseKeeper, type LeaseOptions } from './keep-lease.ts';
import type { KeyStore, LeaseId } from './key-store.ts';

describe('keepLease on a real etcd', () => {
  let etcd: EtcdServer;
  let link: FaultyProxy;
  let direct: KeyStore;
  let store: KeyStore;
  let keeper: LeaseKeeper;
  let words: string[];

  beforeAll(async () => {
    etcd = await startEtcd();
    link = await startFaultyProxy({ port: etcd.port });
    direct = createEtcdKeyStore({ endpoints: [etcd.url], log: silentLogger });
  });
  afterAll(async () => {
    await direct.close();
    await link.close();
    await etcd.stop();
  });
  beforeEach(() => {
    words = [];
    store = createEtcdKeyStore({ endpoints: [`127.0.0.1:${link.port}`], log: silentLogger });
  });
  afterEach(async () => {
    link.heal();
    await keeper.stop({ revoke: false });
    await store.close();
  });

  const keep = async (ttlSeconds: number, options: Partial<LeaseOptions> = {}): Promise<LeaseId> => {
    keeper = keepLease(store, {
      ttlSeconds,
      onHeld: (lease, fresh) => words.push(`${fresh ? 'granted' : 'taken over'} ${lease}`),
      onLost: (lease) => words.push(`lost ${lease}`),
      clock: systemClock,
      log: silentLogger,
      random: Math.random,
      backoff: { baseMs: 10, capMs: 100 },
      ...options,
    });
    return held();
  };
  const held = () =>
    eventually('a lease is held', () => {
      const lease = keeper.current();
      if (lease === undefined) throw new Error('none');
      return lease;
    });
  const said = (expected: readonly string[]) =>
    eventually('the keeper has said so', () => expect(words).toEqual(expected));
  const put = (key: string, lease: LeaseId) =>
    direct.transact({ guards: [], operations: [{ type: 'put', key, value: '', lease }] });

  it('keeps a lease of a second alive beyond its TTL', async () => {
    const lease = await keep(1);
    const other = await direct.grantLease(2);
    await eventually('another lease of two seconds ran out', async () =>
      expect(await direct.inspectLease(other.id)).toBeUndefined(),
    );
    expect(await direct.inspectLease(lease)).toBeDefined();
    expect(words).toEqual([`granted ${lease}`]);
  });

  it('survives a cut link', async () => {
    const lease = await keep(3);
    link.cut();
    await eventually('a third of the TTL is gone', () => expect(keeper.remainingMs()).toBeLessThan(2_050));
    await eventually('it is renewed', () => expect(keeper.remainingMs()).toBeGreaterThan(2_500));
    expect(words).toEqual([`granted ${lease}`]);
  });

  it('is granted another when its lease is revoked by hand', async () => {
    const lease = await keep(1);
    await put('/leases/revoked', lease);
    await etcd.etcdctl('lease', 'revoke', BigInt(lease).toString(16));
    expect(await direct.get('/leases/revoked')).toBeUndefined();
    await eventually('another is granted', () => expect(words.length).toBe(3));
    expect(words).toEqual([`granted ${lease}`, `lost ${lease}`, `granted ${keeper.current()}`]);
    expect(keeper.current()).not.toBe(lease);
  });

  it('loses its lease at the end of the TTL when etcd is frozen, and holds one again afterwards', async () => {
    const lease = await keep(1);
    etcd.pause();
    await said([`granted ${lease}`, `lost ${lease}`]);
    etcd.resume();
    const next = await held();
    expect(await direct.inspectLease(next)).toBeDefined();
  });

  it('takes over its own lease, and its keys are still there, after etcd was down for longer than the TTL', async () => {
    const lease = await keep(2);
    await put('/leases/outage', lease);
    await etcd.kill();
    await said([`granted ${lease}`, `lost ${lease}`]);
    await etcd.restart();
    await said([`granted ${lease}`, `lost ${lease}`, `taken over ${lease}`]);
    expect(await direct.get('/leases/outage')).toBeDefined();
  });

  it('takes over the lease of the process before it', async () => {
    const before = await direct.grantLease(5);
    await put('/leases/before', before.id);
    await keep(5, { adopt: before.id });
    expect(words).toEqual([`taken over ${before.id}`]);
    await keeper.stop({ revoke: true });
    expect(await direct.get('/leases/before')).toBeUndefined();
  });
});
