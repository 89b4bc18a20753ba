import { setTimeout as delay } from 'node:timers/promises';
import { type EtcdServer, eventually, startEtcd } from '@wharf/testkit';
import { UserError } from '../../user-error.ts';
import type { Benchmark } from '../benchmarks.ts';
import type { BenchVariable } from '../variable.ts';
import { declaredCost } from './costs.ts';
import { type EtcdWork, readEtcdFigures, settleMemory, workBetween } from './etcd-figures.ts';
import { forMany, openStores, openWatch } from './host-clients.ts';
import { type Installation, predictColdStart, predictLoad } from './predict-load.ts';
import { PREFIX } from './scale-records.ts';
import { type SimulatedHost, startSimulatedHost } from './simulated-host.ts';

const DEFAULT_SIZES = '100,300';
/** So many open files and so much memory of the machine are certainly there. */
const MOST_HOSTS = 2_000;
const RECORDS_A_HOST = 10;
const WRITES_A_SECOND = 10;
const SECONDS = 20;
/** Renewals that come every third of it fit the measured time three times. */
const TTL_SECONDS = 20;
/** How many of the DNS servers list everything at once; the simulation's own work is many times that of etcd. */
const LISTERS = 20;
const DAY_SECONDS = 86_400;

export const sizesVariable: BenchVariable = {
  name: 'SCALE',
  example: '500',
  summary: `Numbers of hosts for the part simulation, one after the other; ${DEFAULT_SIZES} without it.`,
};

interface Comparison {
  readonly what: string;
  readonly predicted: number;
  readonly measured: number;
  readonly digits?: number;
}

/**
 * As many hosts as `SCALE=100,300` says on one real etcd, from this one process: each with the registrar's own registry
 * and a watch of all records, each with a connection of its own. Prints what the model says beside what etcd did.
 */
export const simulate: Benchmark = async (print) => {
  for (const size of readSizes(process.env[sizesVariable.name] ?? DEFAULT_SIZES)) {
    print(`${size} hosts with ${RECORDS_A_HOST} records each, ${WRITES_A_SECOND} writes a second for ${SECONDS} s`);
    const { comparisons, backSeconds } = await simulateHosts(size);
    print(`${''.padEnd(34)}  predicted    measured  ratio`);
    for (const { what, predicted, measured, digits = 1 } of comparisons) {
      const ratio = (measured / predicted).toFixed(2);
      print(
        `${what.padEnd(34)} ${predicted.toFixed(digits).padStart(10)}  ${measured.toFixed(digits).padStart(10)}  ${ratio}`,
      );
    }
    print(`etcd restarted: every registrar is sure of its records again after ${backSeconds.toFixed(1)} s`);
  }
};

/** @throws UserError when a size is not one that can be simulated */
export function readSizes(text: string): readonly number[] {
  return text.split(',').map((word) => {
    const size = Number(word);
    if (Number.isInteger(size) && size > 0 && size <= MOST_HOSTS) return size;
    throw new UserError(
      `${sizesVariable.name} takes numbers of hosts from 1 to ${MOST_HOSTS} with commas between, not "${word}".`,
    );
  });
}

interface Simulated {
  readonly comparisons: readonly Comparison[];
  /** From the moment when etcd serves again. */
  readonly backSeconds: number;
}

async function simulateHosts(size: number): Promise<Simulated> {
  await using cleanup = new AsyncDisposableStack();
  const etcd = await startEtcd();
  cleanup.defer(() => etcd.stop());
  const hosts = await startHosts(etcd, size, cleanup);
  const watchers = await openStores(etcd, size, cleanup);
  let told = 0;
  const count = (changes: number): void => {
    told += changes;
  };
  await forMany(watchers, (store) => openWatch(store, PREFIX, count));

  const installation = describeInstallation(size);
  const before = await settleMemory(etcd);
  await churn(hosts);
  await eventually('every watch is told everything', () => {
    if (told < WRITES_A_SECOND * SECONDS * size) throw new Error(`${told} changes were told`);
  });
  const work = workBetween(before, await readEtcdFigures(etcd));
  const memoryBytes = (await settleMemory(etcd)).memoryBytes;
  const listing = await listAtOnce(watchers.slice(0, LISTERS), () => readEtcdFigures(etcd));
  const comparisons = [
    ...compareTraffic(installation, work, told),
    ...compareMemory(installation, memoryBytes),
    ...compareListing({ ...installation, watchers: Math.min(LISTERS, size) }, listing),
  ];
  return { comparisons, backSeconds: await restartEtcd(etcd, hosts) };
}

/** A few at a time: so many that begin in one process would wait for each other for longer than a connection lives. */
async function startHosts(
  etcd: EtcdServer,
  size: number,
  cleanup: AsyncDisposableStack,
): Promise<readonly SimulatedHost[]> {
  const hosts: SimulatedHost[] = [];
  cleanup.defer(async () => {
    await Promise.all(hosts.map((host) => host.vanish()));
  });
  await forMany([...Array(size).keys()], async (number) => {
    const host = startSimulatedHost({ etcdUrl: etcd.url, number, records: RECORDS_A_HOST, ttlSeconds: TTL_SECONDS });
    hosts.push(host);
    await host.registered();
  });
  return hosts;
}

/** All leases and watches come back at once. */
async function restartEtcd(etcd: EtcdServer, hosts: readonly SimulatedHost[]): Promise<number> {
  await etcd.kill();
  const away = (): number => hosts.filter((host) => host.readiness().length > 0).length;
  await eventually('all notice that etcd is away', () => {
    if (away() < hosts.length) throw new Error(`${away()} of ${hosts.length}`);
  });
  await etcd.restart();
  const servesMs = performance.now();
  await eventually(
    'all are back',
    () => {
      if (away() > 0) throw new Error(`${away()} are away`);
    },
    { timeoutMs: 120_000 },
  );
  return (performance.now() - servesMs) / 1_000;
}

function describeInstallation(hosts: number): Installation {
  const records = hosts * RECORDS_A_HOST;
  return {
    hosts,
    containersAHost: RECORDS_A_HOST,
    recordsAContainer: 1,
    restartsAContainerADay: (WRITES_A_SECOND * DAY_SECONDS) / (2 * records),
    flapsAContainerADay: 0,
    ttlSeconds: TTL_SECONDS,
    leasesInUseAServer: 0,
  };
}

/** One container ends and another starts, on one host after the other, evenly in time. */
async function churn(hosts: readonly SimulatedHost[]): Promise<void> {
  const startedMs = performance.now();
  for (let write = 0; write < WRITES_A_SECOND * SECONDS; write++) {
    await delay(Math.max(0, startedMs + (write * 1_000) / WRITES_A_SECOND - performance.now()));
    const host = hosts[(write >> 1) % hosts.length];
    if (write % 2 === 0) host?.endOldest();
    else host?.startNew();
  }
}

type ListWork = EtcdWork & { readonly listed: number };

async function listAtOnce(
  stores: Awaited<ReturnType<typeof openStores>>,
  read: () => ReturnType<typeof readEtcdFigures>,
): Promise<ListWork> {
  const before = await read();
  let listed = 0;
  await Promise.all(
    stores.map(async (store) => {
      for await (const page of store.list(PREFIX)) listed += page.entries.length;
    }),
  );
  return { ...workBetween(before, await read()), listed };
}

function compareTraffic(installation: Installation, work: EtcdWork, told: number): readonly Comparison[] {
  const load = predictLoad(installation, declaredCost);
  const seconds = work.atMs / 1_000;
  return [
    { what: 'writes a second', predicted: load.writes, measured: work.revision / seconds },
    { what: 'changes told a second', predicted: load.events, measured: told / seconds },
    { what: 'renewals a second', predicted: load.renewals, measured: work.renewals / seconds },
    { what: 'questions to watches a second', predicted: load.progress, measured: work.watchMessagesReceived / seconds },
    { what: 'etcd: cores', predicted: load.etcdCores, measured: work.cpuSeconds / seconds, digits: 3 },
    {
      what: 'etcd: KiB sent a second',
      predicted: load.sentBytesASecond / 1_024,
      measured: work.sentBytes / seconds / 1_024,
    },
    {
      what: 'etcd: KiB of log an hour',
      predicted: load.walBytesAnHour / 1_024,
      measured: (work.walBytes * 3_600) / seconds / 1_024,
    },
  ];
}

function compareMemory(installation: Installation, memoryBytes: number): readonly Comparison[] {
  const { etcdBytes } = predictLoad(installation, declaredCost);
  return [{ what: 'etcd: MiB of memory', predicted: etcdBytes / 2 ** 20, measured: memoryBytes / 2 ** 20 }];
}

function compareListing(installation: Installation, work: ListWork): readonly Comparison[] {
  const { etcdCpuSeconds, sentBytes } = predictColdStart(installation, declaredCost);
  const who = `${installation.watchers} listings at once:`;
  return [
    { what: `${who} etcd's CPU s`, predicted: etcdCpuSeconds, measured: work.cpuSeconds, digits: 3 },
    { what: `${who} MiB sent`, predicted: sentBytes / 2 ** 20, measured: work.sentBytes / 2 ** 20 },
  ];
}
