import { setTimeout as delay } from 'node:timers/promises';
import type { Change } from '@wharf/etcd-client';
import { type AgentProcess, eventually, type FakeEngine, startFakeEngine } from '@wharf/testkit';
import { readUsage } from '../process-usage.ts';
import { createArrivals } from './arrivals.ts';
import { RECORDS, type StoreStage, startRegistrar, startStore, watchRecords } from './registrar-stage.ts';

const SMALL = 100;
const LARGE = 10_000;
const BURST = 500;
const QUIET_SECONDS = 15;

/** What one size costs. CPU and memory are those of the registrar alone. */
interface Figures {
  readonly firstSync: number;
  readonly keysPerSecond: number;
  readonly firstSyncCpu: number;
  readonly rss: number;
  readonly peakRss: number;
  readonly heap: number;
  readonly startBurst: number;
  readonly dieBurst: number;
  readonly burstCpu: number;
  readonly quietRevisions: number;
  readonly quietCpu: number;
  readonly again: number;
  readonly againCpu: number;
  readonly againRevisions: number;
}

const rows: readonly (readonly [keyof Figures, string, string])[] = [
  ['firstSync', 'start of the process to everything registered', 's'],
  ['keysPerSecond', '  keys a second', ''],
  ['firstSyncCpu', '  CPU', 's'],
  ['rss', '  resident memory afterwards', 'MiB'],
  ['peakRss', '  resident memory at most', 'MiB'],
  ['heap', '  JavaScript heap in use afterwards', 'MiB'],
  ['startBurst', `${BURST} containers start at once: all registered after`, 's'],
  ['dieBurst', `${BURST} containers die at once: all gone after`, 's'],
  ['burstCpu', '  CPU of both, and of their removal', 's'],
  ['quietRevisions', `${QUIET_SECONDS} s without events: revisions of the store`, ''],
  ['quietCpu', '  CPU', 's'],
  ['again', 'event stream cut: everything looked at again after', 's'],
  ['againCpu', '  CPU', 's'],
  ['againRevisions', '  revisions of the store', ''],
];

interface Stage extends StoreStage {
  readonly engine: FakeEngine;
  readonly registrar: AgentProcess;
}

/** The registrar with 10,000 containers beside itself with 100, each time a new process on a new etcd. */
export async function benchScale(print: (line: string) => void): Promise<void> {
  const small = await measure(SMALL);
  const large = await measure(LARGE);
  print(`a fake engine with ${SMALL} and with ${LARGE} containers, one service each; etcd is real`);
  const width = Math.max(...rows.map(([, label]) => label.length));
  for (const [figure, label, unit] of rows) {
    const values = [small[figure], large[figure]].map((value) => `${render(value).padStart(8)} ${unit.padEnd(3)}`);
    const ratio = small[figure] > 0 ? `${(large[figure] / small[figure]).toFixed(1).padStart(6)}x` : '';
    print(`${label.padEnd(width)}  ${values.join('  ')}  ${ratio}`.trimEnd());
  }
}

function render(value: number): string {
  if (value >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return value.toFixed(2);
}

async function measure(size: number): Promise<Figures> {
  await using cleanup = new AsyncDisposableStack();
  const storeStage = await startStore(cleanup);
  const engine = await startFakeEngine();
  cleanup.defer(() => engine.close());
  engine.add(size);
  const startedAt = performance.now();
  const registrar = await startRegistrar(storeStage, engine.socketPath, cleanup);
  await registrar.ready();
  const firstSync = secondsSince(startedAt);
  const stage = { ...storeStage, engine, registrar };
  const { keys } = await countRecords(stage);
  if (keys !== size) throw new Error(`${keys} of ${size} services were registered: ${registrar.process.output()}`);
  const { cpuSeconds, rssMib, peakRssMib } = readUsage(registrar.process.pid);
  return {
    firstSync,
    keysPerSecond: size / firstSync,
    firstSyncCpu: cpuSeconds,
    rss: rssMib,
    peakRss: peakRssMib,
    heap: await usedHeapMib(registrar),
    ...(await measureBursts(stage, cleanup)),
    ...(await measureQuiet(stage)),
    ...(await measureAgain(stage)),
  };
}

async function usedHeapMib(registrar: AgentProcess): Promise<number> {
  const bytes = /^nodejs_heap_size_used_bytes (\S+)$/m.exec(await registrar.text('/metrics'))?.[1];
  return Number(bytes) / 2 ** 20;
}

/** How many records there are, and the newest revision of the store. */
async function countRecords({ store }: StoreStage): Promise<{ readonly keys: number; readonly revision: number }> {
  let keys = 0;
  let revision = 0;
  for await (const page of store.list(RECORDS)) {
    keys += page.entries.length;
    revision = page.revision;
  }
  return { keys, revision };
}

/** The newest revision; only a write moves it, a renewed lease does not. */
async function revisionOf({ store }: StoreStage): Promise<number> {
  for await (const page of store.list('/bench/nothing/')) return page.revision;
  throw new Error('a listing without a page');
}

async function measureBursts(
  stage: Stage,
  cleanup: AsyncDisposableStack,
): Promise<Pick<Figures, 'startBurst' | 'dieBurst' | 'burstCpu'>> {
  const { engine, registrar } = stage;
  const before = readUsage(registrar.process.pid).cpuSeconds;
  const names = Array.from({ length: BURST }, (_, index) => `burst-${index}`);
  const counts = { put: 0, delete: 0 };
  const changes = createArrivals<number>('change of the records');
  const count = ({ type }: Change): void => changes.arrive(`${type} ${++counts[type]}`, performance.now());
  await watchRecords(stage, count, cleanup);

  const startedAt = performance.now();
  for (const [index, name] of names.entries()) engine.run({ name, ports: [`${60_000 + index}:80`] });
  const startBurst = ((await changes.of(`put ${BURST}`)) - startedAt) / 1_000;
  const endedAt = performance.now();
  for (const name of names) engine.die(name);
  const dieBurst = ((await changes.of(`delete ${BURST}`)) - endedAt) / 1_000;
  for (const name of names) engine.destroy(name);
  // One more comes and goes: when that has been seen, all events before it have been dealt with.
  engine.run({ name: 'last', ports: ['61000:80'] });
  await changes.of(`put ${BURST + 1}`);
  engine.die('last');
  await changes.of(`delete ${BURST + 1}`);
  return { startBurst, dieBurst, burstCpu: readUsage(registrar.process.pid).cpuSeconds - before };
}

async function measureQuiet(stage: Stage): Promise<Pick<Figures, 'quietRevisions' | 'quietCpu'>> {
  const { pid } = stage.registrar.process;
  const revision = await revisionOf(stage);
  const before = readUsage(pid).cpuSeconds;
  await delay(QUIET_SECONDS * 1_000);
  const quietCpu = readUsage(pid).cpuSeconds - before;
  return { quietCpu, quietRevisions: (await revisionOf(stage)) - revision };
}

/** A lost connection makes the registrar list everything anew; nothing has changed, so nothing may be written. */
async function measureAgain(stage: Stage): Promise<Pick<Figures, 'again' | 'againCpu' | 'againRevisions'>> {
  const { engine, registrar } = stage;
  const revision = await revisionOf(stage);
  const before = readUsage(registrar.process.pid).cpuSeconds;
  const subscriptions = engine.requests.events;
  const cutAt = performance.now();
  engine.cutEvents();
  await eventually('a new subscription', () => {
    if (engine.requests.events === subscriptions) throw new Error('the registrar has not come back yet');
  });
  await registrar.ready();
  const again = secondsSince(cutAt);
  const againCpu = readUsage(registrar.process.pid).cpuSeconds - before;
  return { again, againCpu, againRevisions: (await revisionOf(stage)) - revision };
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1_000;
}
