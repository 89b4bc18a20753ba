import { createManualClock, type ManualClock, silentLogger } from '@wharf/agent';
import type { LeaseState } from '@wharf/etcd-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { dnsServerDefaults } from '../config.ts';
import type { ThreadListener } from './running-thread.ts';
import { createServingThreads, type ServingThreads } from './serving-threads.ts';
import type { ThreadOrder, ThreadSettings } from './thread-messages.ts';

const LONGEST_DELAY_MS = 10_000;

const settings: ThreadSettings = {
  config: dnsServerDefaults,
  cookieSecrets: [new Uint8Array(16)],
  hostname: 'host',
  systemNameservers: [],
};

/** A thread that does nothing but what the test makes it do. */
interface ScriptedThread extends ThreadListener {
  readonly orders: ThreadOrder['type'][];
  readonly inspected: (ThreadOrder & { readonly type: 'inspected' })[];
  isTerminated: boolean;
}

let clock: ManualClock;
let started: ScriptedThread[];
let inspections: { readonly lease: string; answer(state: LeaseState | undefined): void }[];
let serving: number[];
let losses: number;
let threads: ServingThreads;

const create = (count: number): ServingThreads =>
  createServingThreads({
    count,
    settings,
    known: {
      entries: () => [],
      revision: () => 7,
      state: () => 'current',
      answers: () => dnsServerDefaults.answers,
    },
    store: {
      inspectLease: (lease) => new Promise((answer) => inspections.push({ lease, answer })),
    },
    startThread(_settings, listener) {
      const thread: ScriptedThread = { ...listener, orders: [], inspected: [], isTerminated: false };
      started.push(thread);
      return {
        post(order) {
          thread.orders.push(order.type);
          if (order.type === 'inspected') thread.inspected.push(order);
        },
        terminate() {
          thread.isTerminated = true;
          listener.onEnd('it was ended');
        },
      };
    },
    clock,
    log: silentLogger,
    random: () => 0.5,
    onServing: (count) => serving.push(count),
    onLost: () => losses++,
  });

const thread = (at: number): ScriptedThread => {
  const found = started[at];
  if (found === undefined) throw new Error(`there is no thread ${at}`);
  return found;
};

const listen = (at: number): void => thread(at).onReport({ type: 'listening', udpIo: 'dgram' });
const refuse = (at: number): void =>
  thread(at).onReport({ type: 'refused', code: 'address-in-use', message: 'it is taken' });

/** One thread that listens. */
const startOne = async (): Promise<void> => {
  threads = create(1);
  const start = threads.start();
  listen(0);
  await start;
};

beforeEach(() => {
  clock = createManualClock();
  started = [];
  inspections = [];
  serving = [];
  losses = 0;
});

describe('createServingThreads', () => {
  it('has started when all of them listen, each of which is told the state and the records', async () => {
    threads = create(2);
    const start = threads.start();
    listen(1);
    listen(0);
    await start;
    expect(serving).toEqual([1, 2]);
    expect(started.map(({ orders }) => orders)).toEqual([
      ['state', 'begin', 'commit'],
      ['state', 'begin', 'commit'],
    ]);
  });

  it('cannot start when one of them cannot listen, and lets that one end', async () => {
    threads = create(1);
    const start = threads.start();
    refuse(0);
    expect(thread(0).orders.at(-1)).toBe('stop');
    thread(0).onEnd('it stopped by itself');
    await expect(start).rejects.toMatchObject({ name: 'ListenError', code: 'address-in-use', message: 'it is taken' });
    await clock.advance(LONGEST_DELAY_MS);
    expect(started).toHaveLength(1);
    expect(losses).toBe(0);
  });

  it('cannot start when one of them ends before it listens, and starts none again', async () => {
    threads = create(1);
    const start = threads.start();
    thread(0).onEnd('it has no memory left');
    await expect(start).rejects.toThrow('it has no memory left');
    await clock.advance(LONGEST_DELAY_MS);
    expect(started).toHaveLength(1);
  });

  it('starts one again that ended, and one again that cannot listen then', async () => {
    await startOne();
    thread(0).onEnd('it crashed');
    expect(serving).toEqual([1, 0]);
    await clock.advance(LONGEST_DELAY_MS);
    expect(started).toHaveLength(2);
    refuse(1);
    expect(thread(1).orders.at(-1)).toBe('stop');
    thread(1).onEnd('it stopped by itself');
    await clock.advance(LONGEST_DELAY_MS);
    expect(started).toHaveLength(3);
    listen(2);
    expect(serving.at(-1)).toBe(1);
    expect(losses).toBe(2);
  });

  it('ends one that cannot listen and does not end by itself', async () => {
    await startOne();
    thread(0).onEnd('it crashed');
    await clock.advance(LONGEST_DELAY_MS);
    refuse(1);
    await clock.advance(LONGEST_DELAY_MS);
    expect(thread(1).isTerminated).toBe(true);
    expect(started).toHaveLength(3);
  });

  it('answers about leases who asked, and not who came in its place', async () => {
    await startOne();
    thread(0).onReport({ type: 'inspect', id: 1, lease: '10' });
    thread(0).onReport({ type: 'inspect', id: 2, lease: '20' });
    inspections[0]?.answer({ remainingSeconds: 10, grantedSeconds: 10, keys: [] });
    await clock.advance(0);
    expect(thread(0).inspected).toMatchObject([{ id: 1, state: { remainingSeconds: 10 } }]);
    thread(0).onEnd('it crashed');
    await clock.advance(LONGEST_DELAY_MS);
    thread(1).onReport({ type: 'inspect', id: 2, lease: '30' });
    inspections[1]?.answer({ remainingSeconds: 20, grantedSeconds: 20, keys: [] });
    await clock.advance(0);
    expect(thread(1).inspected).toEqual([]);
    inspections[2]?.answer(undefined);
    await clock.advance(0);
    expect(thread(1).inspected).toEqual([{ type: 'inspected', id: 2 }]);
  });

  it('waits a second for what one has counted, and asks that one no more until it has answered', async () => {
    await startOne();
    const first = threads.measure();
    await clock.advance(1_000);
    expect(await first).toEqual([]);
    const second = threads.measure();
    expect(thread(0).orders.filter((type) => type === 'measure')).toHaveLength(1);
    thread(0).onReport({ type: 'measured', values: [] });
    expect(await second).toEqual([[]]);
    const third = threads.measure();
    expect(thread(0).orders.filter((type) => type === 'measure')).toHaveLength(2);
    thread(0).onEnd('it crashed');
    expect(await third).toEqual([]);
    expect(await threads.measure()).toEqual([]);
  });

  it('stops them, after some time those that do not stop, and starts none again', async () => {
    await startOne();
    const stop = threads.stop();
    expect(thread(0).orders.at(-1)).toBe('stop');
    expect(thread(0).isTerminated).toBe(false);
    await clock.advance(4_000);
    expect(thread(0).isTerminated).toBe(true);
    await stop;
    await clock.advance(LONGEST_DELAY_MS);
    expect(started).toHaveLength(1);
    expect(losses).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('stops while one waits to be started again', async () => {
    await startOne();
    thread(0).onEnd('it crashed');
    await threads.stop();
    await clock.advance(LONGEST_DELAY_MS);
    expect(started).toHaveLength(1);
  });
});
