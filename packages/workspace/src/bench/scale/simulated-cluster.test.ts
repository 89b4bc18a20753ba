import { silentLogger, systemClock } from '@wharf/agent';
import { createEtcdKeyStore, followPrefix } from '@wharf/etcd-client';
import { type EtcdServer, eventually, startEtcd } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PREFIX } from './scale-records.ts';
import { type SimulatedHost, startSimulatedHost } from './simulated-host.ts';

const HOSTS = 50;
const RECORDS = 4;
const CHANGES = 200;
const TTL_SECONDS = 10;

/** What one DNS server holds, as one that reads keys and values alone. */
interface Watcher {
  readonly held: Map<string, string>;
  /** Every change it was told, in order. */
  readonly told: string[];
}

describe('the leases and watches of fifty hosts on one etcd', { timeout: 120_000 }, () => {
  const cleanup = new AsyncDisposableStack();
  let etcd: EtcdServer;
  let hosts: readonly SimulatedHost[];
  let watchers: readonly Watcher[];

  beforeAll(async () => {
    etcd = await startEtcd();
    cleanup.defer(() => etcd.stop());
    watchers = Array.from({ length: HOSTS }, () => startWatcher(etcd, cleanup));
    hosts = Array.from({ length: HOSTS }, (_, number) =>
      startSimulatedHost({ etcdUrl: etcd.url, number, records: RECORDS, ttlSeconds: TTL_SECONDS }),
    );
    for (const host of hosts) cleanup.defer(() => host.vanish());
    await Promise.all(hosts.map((host) => host.registered()));
  }, 120_000);
  afterAll(() => cleanup.disposeAsync());

  const recordsOf = (some: readonly SimulatedHost[]) => new Map(some.flatMap(({ records }) => [...records]));
  const allHold = (expected: ReadonlyMap<string, string>) =>
    eventually('every watcher holds the same', () => {
      for (const { held } of watchers) expect(held).toEqual(expected);
    });

  it('brings every record to every watcher', async () => {
    await allHold(recordsOf(hosts));
    expect(recordsOf(hosts).size).toBe(HOSTS * RECORDS);
  });

  it('tells every watcher every change once, in the same order', async () => {
    for (const { told } of watchers) told.length = 0;
    for (let change = 0; change < CHANGES; change++) {
      const host = hosts[change % HOSTS];
      if (Math.floor(change / HOSTS) % 2 === 0) host?.startNew();
      else host?.endOldest();
      if (change % HOSTS === HOSTS - 1) await allHold(recordsOf(hosts));
    }
    const [first, ...others] = watchers.map(({ told }) => told);
    expect(first).toHaveLength(CHANGES);
    expect(new Set(first).size).toBe(CHANGES);
    for (const other of others) expect(other).toEqual(first);
  });

  it('takes the records of a host that is gone, and of no other, when its lease has run out', async () => {
    const [gone, ...rest] = hosts;
    for (const { told } of watchers) told.length = 0;
    const lost = [...(gone?.records.keys() ?? [])];
    await gone?.vanish();
    await allHold(recordsOf(rest));
    for (const { told } of watchers) expect(told.toSorted()).toEqual(lost.map((key) => `delete ${key}`).toSorted());
  });
});

function startWatcher(etcd: EtcdServer, cleanup: AsyncDisposableStack): Watcher {
  const store = createEtcdKeyStore({ endpoints: [etcd.url], log: silentLogger, isolated: true });
  cleanup.defer(() => store.close());
  const held = new Map<string, string>();
  const told: string[] = [];
  followPrefix(
    store,
    PREFIX,
    {
      beginSnapshot() {
        const found = new Map<string, string>();
        return {
          add(entries) {
            for (const { key, value } of entries) found.set(key, value);
          },
          commit() {
            held.clear();
            for (const [key, value] of found) held.set(key, value);
          },
          abort: () => undefined,
        };
      },
      applyChanges(changes) {
        for (const change of changes) {
          if (change.type === 'put') held.set(change.entry.key, change.entry.value);
          else held.delete(change.key);
          told.push(`${change.type} ${change.type === 'put' ? change.entry.key : change.key}`);
        }
      },
    },
    { clock: systemClock, log: silentLogger, random: Math.random },
  );
  return { held, told };
}
