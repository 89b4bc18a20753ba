import { setTimeout as delay } from 'node:timers/promises';
import type { KeyStore, LeaseId } from '@wharf/etcd-client';
import { type EtcdServer, eventually, startEtcd, startEtcdProxy } from '@wharf/testkit';
import { readUsage } from '../process-usage.ts';
import type { CostName } from './costs.ts';
import { type EtcdWork, readEtcdFigures, settleMemory, workBetween } from './etcd-figures.ts';
import { forMany, openStores, openWatch } from './host-clients.ts';
import { PREFIX, putAll, recordOf } from './scale-records.ts';

export type MeasuredCosts = Partial<Record<CostName, number>>;

const CONNECTIONS = 500;
const LEASES = 5_000;
const RECORDS = 20_000;
const SECONDS = 3;
const TOLD = 60;
const EAGER_SILENCE_MS = 1_500;

/** What etcd takes for each thing that the agents ask of it, one after another. */
export async function measureEtcd(): Promise<MeasuredCosts> {
  return {
    ...(await measureCalls()),
    ...(await measureWatches()),
    ...(await measureProxy()),
    ...(await measureProgress()),
  };
}

async function onFreshEtcd<T>(measure: (etcd: EtcdServer, cleanup: AsyncDisposableStack) => Promise<T>): Promise<T> {
  await using cleanup = new AsyncDisposableStack();
  const etcd = await startEtcd();
  cleanup.defer(() => etcd.stop());
  return await measure(etcd, cleanup);
}

const measureCalls = (): Promise<MeasuredCosts> =>
  onFreshEtcd(async (etcd, cleanup) => {
    const etcdBase = readUsage(etcd.pid).rssMib * 2 ** 20;
    const idle = await during(etcd, () => delay(SECONDS * 1_000));
    const stores = await openStores(etcd, CONNECTIONS, cleanup);
    const { leases, ...ofLeases } = await measureLeases(etcd, stores);
    const ofRecords = await measureRecords(etcd, stores, leases);
    const ofWrites = await measureWrites(etcd, stores, leases);
    return { etcdBase, etcdIdle: idle.work.cpuSeconds / SECONDS, ...ofLeases, ...ofRecords, ...ofWrites };
  });

interface Measured<T> {
  readonly result: T;
  readonly work: EtcdWork;
}

async function during<T>(etcd: EtcdServer, act: () => Promise<T>): Promise<Measured<T>> {
  const before = await readEtcdFigures(etcd);
  const result = await act();
  return { result, work: workBetween(before, await readEtcdFigures(etcd)) };
}

/** As `during`, for the memory that stays. */
async function duringSettled<T>(etcd: EtcdServer, act: () => Promise<T>): Promise<Measured<T>> {
  const before = await settleMemory(etcd);
  const result = await act();
  return { result, work: workBetween(before, await settleMemory(etcd)) };
}

/** Goes on with `act` on every store, one after the other on each, until the time is up. */
async function keepBusy(
  stores: readonly KeyStore[],
  act: (store: KeyStore, round: number, index: number) => Promise<unknown>,
): Promise<void> {
  const endMs = performance.now() + SECONDS * 1_000;
  await Promise.all(
    stores.slice(0, 50).map(async (store, index) => {
      for (let round = 0; performance.now() < endMs; round++) await act(store, round, index);
    }),
  );
}

const pick = <T>(items: readonly T[], index: number): T => {
  const item = items[index % items.length];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
};

async function measureLeases(
  etcd: EtcdServer,
  stores: readonly KeyStore[],
): Promise<{ readonly leases: readonly LeaseId[]; readonly etcdLease: number; readonly etcdRenewal: number }> {
  const leases: LeaseId[] = [];
  const granting = await duringSettled(etcd, () =>
    forMany([...Array(LEASES).keys()], async (index) => {
      leases.push((await pick(stores, index).grantLease(600)).id);
    }),
  );
  const renewing = await during(etcd, () =>
    keepBusy(stores, (store, round, index) => store.renewLease(pick(leases, round * 50 + index))),
  );
  return {
    leases,
    etcdLease: granting.work.memoryBytes / LEASES,
    etcdRenewal: renewing.work.cpuSeconds / renewing.work.renewals,
  };
}

async function measureRecords(
  etcd: EtcdServer,
  stores: readonly KeyStore[],
  leases: readonly LeaseId[],
): Promise<MeasuredCosts> {
  const filling = await duringSettled(etcd, () => putAll(pick(stores, 0), RECORDS, (host) => pick(leases, host)));
  let listed = 0;
  const listing = await during(etcd, () =>
    keepBusy(stores.slice(0, 8), async (store) => {
      for await (const page of store.list(PREFIX)) listed += page.entries.length;
    }),
  );
  const looking = await during(etcd, () =>
    keepBusy(stores, (store, round, index) => store.inspectLease(pick(leases, (round * 50 + index) % 400))),
  );
  return {
    etcdRecord: filling.work.memoryBytes / RECORDS,
    etcdList: listing.work.cpuSeconds / listed,
    listBytes: listing.work.sentBytes / listed,
    etcdLeaseLook: looking.work.cpuSeconds / looking.work.leaseLooks,
  };
}

/** Transactions as the registrar makes them: one record, its guard, and the fence. */
async function measureWrites(
  etcd: EtcdServer,
  stores: readonly KeyStore[],
  leases: readonly LeaseId[],
): Promise<MeasuredCosts & { readonly etcdWrite: number }> {
  const fence = { type: 'absent', key: '/wharf/fence' } as const;
  const { work } = await during(etcd, () =>
    keepBusy(stores, (store, round, index) => {
      const { key, value } = recordOf(900 + index, 0);
      const lease = pick(leases, index);
      return round % 2 === 0
        ? store.transact({
            guards: [fence, { type: 'absent', key }],
            operations: [{ type: 'put', key, value, lease }],
          })
        : store.transact({ guards: [fence, { type: 'lease', key, lease }], operations: [{ type: 'delete', key }] });
    }),
  );
  return {
    etcdWrite: work.cpuSeconds / work.transactions,
    walWrite: work.walBytes / work.transactions,
    dbWrite: work.dbBytes / work.transactions,
  };
}

const measureWatches = (): Promise<MeasuredCosts> =>
  onFreshEtcd(async (etcd, cleanup) => {
    const [writer] = await openStores(etcd, 1, cleanup);
    const connecting = await duringSettled(etcd, () => openStores(etcd, CONNECTIONS, cleanup));
    const { opening, telling } = await tellWatches(etcd, writer, connecting.result);
    return {
      etcdConnection: connecting.work.memoryBytes / CONNECTIONS,
      etcdWatch: opening.work.memoryBytes / CONNECTIONS,
      etcdEvent: telling.work.cpuSeconds / (TOLD * CONNECTIONS),
      eventBytes: telling.work.sentBytes / (TOLD * CONNECTIONS),
    };
  });

/** Opens a watch of each, and resolves when all have been told of some writes, each of which is one change. */
async function tellWatches(
  etcd: EtcdServer,
  writer: KeyStore | undefined,
  watchers: readonly KeyStore[],
): Promise<{ readonly opening: Measured<void>; readonly telling: Measured<void> }> {
  let events = 0;
  const count = (changes: number): void => {
    events += changes;
  };
  const opening = await duringSettled(etcd, () => forMany(watchers, (store) => openWatch(store, PREFIX, count)));
  const telling = await during(etcd, async () => {
    for (let number = 0; number < TOLD; number++) {
      const { key, value } = recordOf(990, number);
      await writer?.transact({ guards: [], operations: [{ type: 'put', key, value }] });
      await delay(40);
    }
    await eventually('all watches were told', () => {
      if (events < TOLD * watchers.length) throw new Error(`${events} events`);
    });
  });
  return { opening, telling };
}

/** The same watches by way of a gRPC proxy: etcd tells one. */
const measureProxy = (): Promise<MeasuredCosts> =>
  onFreshEtcd(async (etcd, cleanup) => {
    const proxy = await startEtcdProxy({ endpoints: [etcd.endpoint] });
    cleanup.defer(() => proxy.stop());
    const [writer] = await openStores(etcd, 1, cleanup);
    const watchers = await openStores(proxy, CONNECTIONS, cleanup);
    const before = readUsage(proxy.pid).cpuSeconds;
    await tellWatches(etcd, writer, watchers);
    return { proxyEvent: (readUsage(proxy.pid).cpuSeconds - before) / (TOLD * CONNECTIONS) };
  });

/** Watches that ask several times as often as the agents' do, on keys that do not change. */
const measureProgress = (): Promise<MeasuredCosts> =>
  onFreshEtcd(async (etcd, cleanup) => {
    const watchers = await openStores(etcd, CONNECTIONS, cleanup, EAGER_SILENCE_MS);
    await forMany(watchers, (store) => openWatch(store, PREFIX, () => undefined));
    const { work } = await during(etcd, () => delay(SECONDS * 1_000));
    return { etcdProgress: work.cpuSeconds / work.watchMessagesReceived };
  });
