import { silentLogger, systemClock } from '@wharf/agent';
import { type EtcdServer, eventually, freePort, startEtcd, startEtcdCluster, startFaultyProxy } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FollowState, followPrefix } from './follow-prefix.ts';
import type { KeyStore } from './key-store.ts';
import { createCollectingSink } from './testing/collecting-sink.ts';
import { pages } from './testing/key-store-suite.ts';
import { recordWatch } from './testing/record-watch.ts';
import { putOne, withStore } from './testing/with-store.ts';

describe('several endpoints', () => {
  let etcd: EtcdServer;

  beforeAll(async () => {
    etcd = await startEtcd();
  });
  afterAll(() => etcd.stop());

  it('uses the one that lives, for reads, writes, leases and watches', async () => {
    const dead = await freePort();
    await withStore({ endpoints: [`127.0.0.1:${dead}`, etcd.url] }, async (store) => {
      expect((await putOne(store, '/several/a')).applied).toBe(true);
      expect(await store.get('/several/a')).toBeDefined();
      const watch = recordWatch(store, '/several/', 0);
      await eventually('the watch is open', () => expect(watch.opened).toBe(1));
      watch.stream.close();
      const { id } = await store.grantLease(60);
      expect(await store.renewLease(id)).toBe(60);
    });
  });

  it('goes on to the next for a read that is not answered; a write fails, since it might be applied twice', async () => {
    const silent = await startFaultyProxy({ port: etcd.port });
    silent.stall();
    const options = { endpoints: [`127.0.0.1:${silent.port}`, etcd.url], callDeadlineMs: 300 };
    expect((await withStore(options, (store) => pages(store, '/none/')))[0]?.entries).toEqual([]);
    await withStore(options, async (store) => {
      await expect(putOne(store, '/several/b')).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('no answer within 300 ms') as string,
      });
      expect((await putOne(store, '/several/b')).applied).toBe(true);
    });
    await silent.close();
  });
});

describe('a watch that is closed', () => {
  it('is no failure of its endpoint', async () => {
    const etcd = await startEtcd();
    const warnings: string[] = [];
    const log = { ...silentLogger, warn: (_fields: unknown, message: string) => void warnings.push(message) };
    await withStore({ endpoints: [etcd.url, `127.0.0.1:${await freePort()}`], log }, async (store) => {
      const watch = recordWatch(store, '/closed/', 0);
      await eventually('the watch is open', () => expect(watch.opened).toBe(1));
      watch.stream.close();
      await store.get('/closed/a');
      await store.get('/closed/a');
    });
    expect(warnings).toEqual([]);
    await etcd.stop();
  });
});

describe('a cluster of three members', () => {
  let members: readonly EtcdServer[];

  beforeAll(async () => {
    members = await startEtcdCluster(3);
  });
  afterAll(() => Promise.all(members.map((member) => member.stop())));

  const follow = (store: KeyStore) => {
    const sink = createCollectingSink();
    const follower = followPrefix(store, '/cluster/', sink, {
      clock: systemClock,
      log: silentLogger,
      random: Math.random,
      backoff: { baseMs: 10, capMs: 200 },
    });
    const reach = (state: FollowState) =>
      eventually(`it is ${state}`, () => expect(follower.status().state).toBe(state), { timeoutMs: 15_000 });
    return { sink, follower, reach };
  };

  it('goes on when the member in use dies, and notices when the one left has no leader', async () => {
    await withStore({ endpoints: members.map((member) => member.url) }, async (store) => {
      const { sink, follower, reach } = follow(store);
      await reach('following');
      await putOne(store, '/cluster/a', '1');
      await members[0]?.kill();
      await eventually('it is written by another member', () => putOne(store, '/cluster/b', '2'));
      await eventually('it arrives', () => expect(sink.held).toEqual({ '/cluster/a': '1', '/cluster/b': '2' }));
      expect(sink.words.filter((word) => word === 'begin').length).toBe(1);
      await reach('following');
      await members[1]?.kill();
      await reach('disconnected');
      await Promise.all([members[0]?.restart(), members[1]?.restart()]);
      await eventually('it is written again', () => putOne(store, '/cluster/c', '3'));
      await eventually('it arrives', () => expect(Object.keys(sink.held).length).toBe(3));
      follower.stop();
    });
  });

  it('notices that the member it watches is cut off from its cluster, although that one still answers', async () => {
    const alone = members[2]?.url ?? '';
    await withStore({ endpoints: [alone] }, async (store) => {
      const { follower, reach } = follow(store);
      await reach('following');
      await Promise.all([members[0]?.kill(), members[1]?.kill()]);
      await reach('disconnected');
      expect(follower.status().reason).toContain('no leader');
      follower.stop();
    });
    await Promise.all([members[0]?.restart(), members[1]?.restart()]);
  });
});
