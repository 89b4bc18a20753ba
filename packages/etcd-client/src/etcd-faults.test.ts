import { silentLogger, systemClock } from '@wharf/agent';
import {
  type EtcdProxy,
  type EtcdServer,
  eventually,
  type FaultyProxy,
  startEtcd,
  startEtcdProxy,
  startFaultyProxy,
} from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEtcdKeyStore, type EtcdKeyStoreOptions } from './etcd-key-store.ts';
import { type FollowStatus, followPrefix, type PrefixFollower } from './follow-prefix.ts';
import type { KeyStore, Operation } from './key-store.ts';
import { type CollectingSink, createCollectingSink } from './testing/collecting-sink.ts';
import { recordWatch } from './testing/record-watch.ts';

/** The follower under test reaches etcd through a link that fails; changes are made behind its back. */
describe.each([
  { where: 'on a real etcd', isProxied: false },
  { where: 'on a real etcd behind its gRPC proxy', isProxied: true },
])('followPrefix $where', ({ isProxied }) => {
  let etcd: EtcdServer;
  let proxy: EtcdProxy | undefined;
  let link: FaultyProxy;
  let direct: KeyStore;
  let store: KeyStore;
  let sink: CollectingSink;
  let statuses: FollowStatus[];
  let follower: PrefixFollower;
  let cases = 0;
  let prefix: string;

  beforeAll(async () => {
    etcd = await startEtcd();
    proxy = isProxied ? await startEtcdProxy({ endpoints: [etcd.endpoint] }) : undefined;
    link = await startFaultyProxy({ port: (proxy ?? etcd).port });
    direct = createEtcdKeyStore({ endpoints: [etcd.url], log: silentLogger });
  });
  afterAll(async () => {
    await direct.close();
    await link.close();
    await proxy?.stop();
    await etcd.stop();
  });
  beforeEach(() => {
    prefix = `/faults/${++cases}/`;
    sink = createCollectingSink();
    statuses = [];
  });
  afterEach(async () => {
    follower.stop();
    await store.close();
    link.heal();
  });

  const follow = async (options: Partial<EtcdKeyStoreOptions> = {}) => {
    store = createEtcdKeyStore({ endpoints: [`127.0.0.1:${link.port}`], log: silentLogger, ...options });
    follower = followPrefix(store, prefix, sink, {
      clock: systemClock,
      log: silentLogger,
      random: Math.random,
      backoff: { baseMs: 10, capMs: 200 },
      onStatus: (status) => statuses.push(status),
    });
    await reach('following');
  };
  const reach = (state: FollowStatus['state']) =>
    eventually(`the follower is ${state}`, () => expect(follower.status().state).toBe(state), { timeoutMs: 20_000 });
  const put = (key: string, value: string) =>
    direct.transact({ guards: [], operations: [{ type: 'put', key: prefix + key, value }] });
  const remove = (key: string) => direct.transact({ guards: [], operations: [{ type: 'delete', key: prefix + key }] });
  const listings = () => sink.words.filter((word) => word === 'begin').length;
  const holds = (expected: Record<string, string>) =>
    eventually('the sink holds what etcd holds', () => {
      const prefixed = Object.entries(expected).map(([key, value]) => [prefix + key, value]);
      expect(sink.held).toEqual(Object.fromEntries(prefixed));
    });
  const expectEveryRevisionOnce = () => {
    expect(sink.revisions).toEqual([...new Set(sink.revisions)].sort((a, b) => a - b));
  };

  it('loses and repeats nothing when the link is cut again and again while it catches up', async () => {
    await put('first', '0');
    await follow();
    link.refuse();
    await reach('disconnected');
    const keys = Array.from({ length: 4_000 }, (_, index) => `key-${String(index).padStart(5, '0')}`);
    for (let start = 0; start < keys.length; start += 100) {
      await Promise.all(keys.slice(start, start + 100).map((key) => put(key, '1'.repeat(100))));
    }
    link.heal();
    link.cutAfter(220_000);
    const before = link.accepted;
    await eventually('the link was cut some times', () => expect(link.accepted - before).toBeGreaterThan(3));
    expect(sink.revisions.length).toBeGreaterThan(1);
    link.heal();
    await holds({ first: '0', ...Object.fromEntries(keys.map((key) => [key, '1'.repeat(100)])) });
    expectEveryRevisionOnce();
    expect(sink.revisions.length).toBe(4_001);
    expect(listings()).toBe(1);
  });

  it('goes on where it was when etcd is killed and started again', async () => {
    await put('a', '1');
    await follow();
    await etcd.kill();
    await reach('disconnected');
    expect(follower.status().reason).toMatch(/etcd http:\/\/127\.0\.0\.1:\d+: /);
    await etcd.restart();
    await put('b', '2');
    await holds({ a: '1', b: '2' });
    expectEveryRevisionOnce();
    expect(listings()).toBe(1);
  });

  it('lists again and swaps when the history was compacted while it was away', async () => {
    await put('stays', '1');
    await put('goes', '1');
    await follow();
    link.refuse();
    await reach('disconnected');
    await remove('goes');
    const { revision } = await put('comes', '2');
    await etcd.compact(revision);
    link.heal();
    await holds({ stays: '1', comes: '2' });
    expect(listings()).toBe(2);
    await put('later', '3');
    await holds({ stays: '1', comes: '2', later: '3' });
  });

  it('lists again when etcd comes back empty, at an earlier revision', async () => {
    await put('a', '1');
    await follow();
    await etcd.restartEmpty();
    await holds({});
    await put('b', '2');
    await holds({ b: '2' });
    expect(listings()).toBe(2);
  });

  it('lists again when another cluster, at a later revision, is behind the same address', async () => {
    await put('a', '1');
    await follow();
    link.refuse();
    const seen = follower.status().revision;
    await etcd.restartEmpty('--initial-cluster-token=another');
    for (let revision = 0; revision <= seen; revision = (await put('b', '2')).revision);
    link.heal();
    await holds({ b: '2' });
    expect(listings()).toBe(2);
  });

  it.each([
    { what: 'etcd is frozen', hush: () => etcd.pause(), wake: () => etcd.resume() },
    { what: 'the link is silent', hush: () => link.stall(), wake: () => link.heal() },
  ])('notices that $what, and goes on afterwards', async ({ hush, wake }) => {
    await put('a', '1');
    await follow({ watchSilenceMs: 1_000, callDeadlineMs: 500 });
    hush();
    await reach('disconnected');
    expect(follower.status().reason).toContain('nothing was heard for');
    wake();
    await put('b', '2');
    await holds({ a: '1', b: '2' });
    expect(listings()).toBe(1);
  });

  it('does not take a quiet store for a silent one', async () => {
    await follow({ watchSilenceMs: 200 });
    const elsewhere = recordWatch(direct, `/elsewhere${prefix}`, 0);
    await eventually('the other watch is open', () => expect(elsewhere.opened).toBe(1));
    const lease = await direct.grantLease(1);
    const operation: Operation = { type: 'put', key: `/elsewhere${prefix}`, value: '', lease: lease.id };
    await direct.transact({ guards: [], operations: [operation] });
    await eventually('a lease of a second ran out', () => expect(elsewhere.words.length).toBe(2));
    elsewhere.stream.close();
    // Listed, and then followed without a break.
    expect(statuses.map((status) => status.state)).toEqual(['loading', 'following']);
  });

  it('does not take its own absence for silence', async () => {
    await follow({ watchSilenceMs: 1_000 });
    const heldUpUntilMs = performance.now() + 1_500;
    while (performance.now() < heldUpUntilMs);
    await put('a', '1');
    await holds({ a: '1' });
    expect(statuses.map((status) => status.state)).toEqual(['loading', 'following']);
  });

  it('catches up with a history of any size', async () => {
    const value = 'x'.repeat(20_000);
    await put('first', '');
    await follow();
    link.refuse();
    await reach('disconnected');
    for (let revision = 0; revision < 60; revision++) {
      const operations = Array.from(
        { length: 40 },
        (_, index): Operation => ({ type: 'put', key: `${prefix}${revision}-${index}`, value }),
      );
      await direct.transact({ guards: [], operations });
    }
    link.heal();
    await eventually('all has arrived', () => expect(Object.keys(sink.held).length).toBe(60 * 40 + 1));
    expectEveryRevisionOnce();
    // The proxy gives it in one message, larger than an answer may be.
    expect(listings()).toBe(isProxied ? 2 : 1);
    expect(sink.words.filter((word) => word.startsWith('put')).length).toBe(isProxied ? 0 : 60 * 40);
  });

  it('lists keys whose pages are larger than an answer may be', async () => {
    const value = 'x'.repeat(20_000);
    for (let batch = 0; batch < 25; batch++) {
      const operations = Array.from(
        { length: 40 },
        (_, index): Operation => ({ type: 'put', key: `${prefix}${batch}-${index}`, value }),
      );
      await direct.transact({ guards: [], operations });
    }
    await follow();
    expect(Object.keys(sink.held).length).toBe(1_000);
    expect(sink.words).toContain('add 250');
  });
});
