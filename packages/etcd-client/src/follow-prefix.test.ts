import { createManualClock, silentLogger } from '@wharf/agent';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FollowStatus, followPrefix, type PrefixFollower } from './follow-prefix.ts';
import type { KeyStore, Operation } from './key-store.ts';
import { createMemoryKeyStore } from './memory-key-store.ts';
import { PAGE_SIZE } from './page-size.ts';
import type { PrefixSink } from './prefix-sink.ts';
import { createCollectingSink } from './testing/collecting-sink.ts';
import { putAll } from './testing/key-store-suite.ts';
import { createUnreliableStore } from './testing/unreliable-store.ts';

describe('followPrefix', () => {
  const clock = createManualClock();
  let memory: ReturnType<typeof createMemoryKeyStore>;
  let link: ReturnType<typeof createUnreliableStore>;
  let statuses: FollowStatus[];
  let follower: PrefixFollower | undefined;

  beforeEach(() => {
    memory = createMemoryKeyStore({ clock, historyLimit: 100 });
    link = createUnreliableStore(memory);
    statuses = [];
  });
  afterEach(async () => {
    follower?.stop();
    await memory.close();
    if (clock.pending > 0) throw new Error(`${clock.pending} timers are left behind`);
  });

  const follow = (sink: PrefixSink) => {
    follower = followPrefix(link.store, '/a/', sink, {
      clock,
      log: silentLogger,
      random: () => 1,
      onStatus: (status) => statuses.push(status),
    });
    return follower;
  };
  const apply = (...operations: Operation[]) => memory.transact({ guards: [], operations });
  const put = (key: string, value: string) => apply({ type: 'put', key, value });
  const reach = (state: FollowStatus['state']) =>
    vi.waitFor(() => expect(follower?.status().state).toBe(state), { interval: 1 });
  const states = () => statuses.map(({ state, isListed }) => (isListed ? 'listed' : state));

  it('lists, then follows', async () => {
    await put('/a/x', '1');
    await put('/b/x', 'not mine');
    const sink = createCollectingSink();
    expect(follow(sink).status()).toMatchObject({ state: 'loading', everLoaded: false, revision: 0 });
    await reach('following');
    expect(sink.held).toEqual({ '/a/x': '1' });
    await put('/a/y', '2');
    await apply({ type: 'delete', key: '/a/x' });
    expect(sink.words).toEqual(['begin', 'add 1', 'commit', 'put /a/y=2', 'delete /a/x']);
    expect(follower?.status()).toMatchObject({ state: 'following', everLoaded: true, revision: memory.revision });
  });

  it('takes no change that is older than what it has', async () => {
    let late: Parameters<KeyStore['watch']>[2] | undefined;
    const { store } = link;
    const watch: KeyStore['watch'] = (prefix, revision, listener) => {
      late ??= listener;
      return store.watch(prefix, revision, listener);
    };
    link = { ...link, store: { ...store, watch } };
    const sink = createCollectingSink();
    follow(sink);
    await reach('following');
    await put('/a/x', 'old');
    const known = memory.revision;
    await put('/a/x', 'new');
    late?.onChanges([{ type: 'delete', key: '/a/x', modRevision: known }], known);
    expect(sink.held).toEqual({ '/a/x': 'new' });
  });

  it('misses nothing that changes between two pages, and gives no page twice', async () => {
    const keys = Array.from({ length: 2 * PAGE_SIZE + 100 }, (_, index) => `/a/${String(index).padStart(4, '0')}`);
    await putAll(memory, keys, 'old');
    const sink = createCollectingSink();
    let pages = 0;
    follow({
      ...sink,
      beginSnapshot() {
        const writer = sink.beginSnapshot();
        return {
          ...writer,
          add(entries) {
            writer.add(entries);
            void put(`/a/${pages++}`, 'new');
          },
        };
      },
    });
    await reach('following');
    expect(sink.words.slice(0, 5)).toEqual(['begin', `add ${PAGE_SIZE}`, `add ${PAGE_SIZE}`, 'add 100', 'commit']);
    expect(sink.words.slice(5)).toEqual(['put /a/0=new', 'put /a/1=new', 'put /a/2=new']);
  });

  it('lets the event loop run between pages', async () => {
    await putAll(
      memory,
      Array.from({ length: 4_001 }, (_, index) => `/a/${index}`),
      '',
    );
    const order: string[] = [];
    const sink = createCollectingSink();
    follow({
      ...sink,
      beginSnapshot() {
        const writer = sink.beginSnapshot();
        return {
          ...writer,
          add: (entries) => {
            writer.add(entries);
            order.push('page');
            setImmediate(() => order.push('other work'));
          },
        };
      },
    });
    await reach('following');
    expect(order.slice(0, 4)).toEqual(['page', 'other work', 'page', 'other work']);
  });

  it('resumes a cut watch where it ended, without listing again', async () => {
    await put('/a/x', '1');
    const sink = createCollectingSink();
    follow(sink);
    await reach('following');
    link.breakLink();
    await reach('disconnected');
    expect(follower?.status()).toMatchObject({ reason: 'the link is cut', everLoaded: true });
    await put('/a/x', '2');
    await put('/a/y', '3');
    link.heal();
    await clock.advance(100);
    await reach('following');
    expect(sink.words).toEqual(['begin', 'add 1', 'commit', 'put /a/x=2', 'put /a/y=3']);
    expect(states()).toEqual(['listed', 'following', 'disconnected', 'following']);
  });

  it('tries again with growing delays, for as long as it takes, and notes how long it has been away', async () => {
    const sink = createCollectingSink();
    follow(sink);
    await reach('following');
    await clock.advance(20_000);
    link.breakLink();
    await reach('disconnected');
    const sinceMs = clock.monotonicMs();
    for (const delayMs of [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]) {
      const { refused } = link;
      await clock.advance(delayMs - 1);
      expect(link.refused).toBe(refused);
      await clock.advance(1);
      expect(link.refused).toBe(refused + 1);
    }
    await clock.advance(3_600_000);
    expect(follower?.status()).toMatchObject({ state: 'disconnected', sinceMs });
    link.heal();
    await clock.advance(10_000);
    await reach('following');
  });

  it('is `disconnected`, not `loading`, while a store that never answered is away', async () => {
    link.breakLink();
    const sink = createCollectingSink();
    follow(sink);
    await reach('disconnected');
    await clock.advance(60_000);
    expect(states()).toEqual(['disconnected']);
    link.heal();
    await clock.advance(10_000);
    await reach('following');
    expect(states()).toEqual(['disconnected', 'loading', 'listed', 'following']);
    expect(sink.words.slice(-3)).toEqual(['begin', 'add 0', 'commit']);
  });

  it('lists again at once, and swaps, when the history it needs is gone', async () => {
    await put('/a/x', '1');
    await put('/a/gone', '1');
    const sink = createCollectingSink();
    follow(sink);
    await reach('following');
    link.breakLink();
    await reach('disconnected');
    await apply({ type: 'delete', key: '/a/gone' });
    await put('/a/y', '2');
    memory.compact(memory.revision);
    expect(sink.held).toEqual({ '/a/x': '1', '/a/gone': '1' });
    link.heal();
    await clock.advance(100);
    await reach('following');
    expect(sink.held).toEqual({ '/a/x': '1', '/a/y': '2' });
    expect(states()).toEqual(['listed', 'following', 'disconnected', 'loading', 'listed', 'following']);
  });

  it('waits before it lists again when one listing after the other is overtaken by compaction', async () => {
    const sink = createCollectingSink();
    let listings = 0;
    follow({
      ...sink,
      beginSnapshot() {
        const writer = sink.beginSnapshot();
        listings++;
        return {
          ...writer,
          commit(revision) {
            writer.commit(revision);
            if (listings > 2) return;
            for (let count = 0; count < 3; count++) void put('/a/x', String(count));
            memory.compact(memory.revision);
          },
        };
      },
    });
    await reach('disconnected');
    expect(listings).toBe(1);
    await clock.advance(100);
    await reach('disconnected');
    expect(listings).toBe(2);
    await clock.advance(200);
    await reach('following');
    expect(sink.held).toEqual({ '/a/x': '2' });
  });

  it('drops a half-read listing when the link is cut', async () => {
    await putAll(
      memory,
      Array.from({ length: 4_001 }, (_, index) => `/a/${index}`),
      '',
    );
    const sink = createCollectingSink();
    let cut = false;
    follow({
      ...sink,
      beginSnapshot() {
        const writer = sink.beginSnapshot();
        return {
          ...writer,
          add(entries) {
            writer.add(entries);
            if (!cut) link.breakLink();
            cut = true;
          },
        };
      },
    });
    await reach('disconnected');
    expect(sink.words).toEqual(['begin', `add ${PAGE_SIZE}`, 'abort']);
    expect(sink.held).toEqual({});
    link.heal();
    await clock.advance(100);
    await reach('following');
    expect(Object.keys(sink.held).length).toBe(4_001);
  });

  it('gives a sink that throws a new listing', async () => {
    const sink = createCollectingSink();
    let failures = 1;
    follow({
      ...sink,
      applyChanges(changes, revision) {
        if (failures-- > 0) throw new Error('out of order');
        sink.applyChanges(changes, revision);
      },
    });
    await reach('following');
    await put('/a/x', '1');
    await reach('disconnected');
    expect(follower?.status().reason).toBe('out of order');
    await clock.advance(100);
    await reach('following');
    expect(sink.words).toEqual(['begin', 'add 0', 'commit', 'begin', 'add 1', 'commit']);
  });

  it('says nothing to the sink after `stop`, also in the middle of a listing', async () => {
    await putAll(
      memory,
      Array.from({ length: 4_001 }, (_, index) => `/a/${index}`),
      '',
    );
    const sink = createCollectingSink();
    follow({
      ...sink,
      beginSnapshot() {
        const writer = sink.beginSnapshot();
        return {
          ...writer,
          add(entries) {
            writer.add(entries);
            follower?.stop();
          },
        };
      },
    });
    await vi.waitFor(() => expect(sink.words).toContain('abort'));
    await clock.advance(60_000);
    expect(sink.words).toEqual(['begin', `add ${PAGE_SIZE}`, 'abort']);
  });

  it('says nothing to the sink after `stop` while following or waiting', async () => {
    const sink = createCollectingSink();
    const stopped = follow(sink);
    await reach('following');
    stopped.stop();
    await put('/a/x', '1');
    await clock.advance(60_000);
    expect(sink.words).toEqual(['begin', 'add 0', 'commit']);
    link.breakLink();
    const second = createCollectingSink();
    follow(second);
    await reach('disconnected');
    follower?.stop();
    expect(clock.pending).toBe(0);
    link.heal();
    await clock.advance(60_000);
    expect(second.words).toEqual(['begin', 'abort']);
  });

  it('ends when the store is closed', async () => {
    const sink = createCollectingSink();
    follow(sink);
    await reach('following');
    await memory.close();
    await reach('disconnected');
    expect(follower?.status().reason).toBe('the store is closed');
    expect(clock.pending).toBe(0);
  });
});
