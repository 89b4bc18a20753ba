import { type AgentProcess, importSampleImage, startDockerd } from '@wharf/testkit';
import { median, quantile } from '../statistics.ts';
import { createArrivals } from './arrivals.ts';
import { type BriefContainers, createBriefContainers } from './brief-containers.ts';
import { type EngineObserver, observeEngine } from './engine-observer.ts';
import { type StoreStage, startRegistrar, startStore, watchRecords } from './registrar-stage.ts';

const WARM_UP_ROUNDS = 4;
const ROUNDS = 40;
const REPEATED_INSPECTIONS = 5;

/** What is measured in each round, in milliseconds. */
interface Round {
  readonly startToKey: number;
  readonly startEvent: number;
  readonly inspectAtStart: number;
  readonly transaction: number;
  readonly dieToAbsence: number;
  readonly dieEvent: number;
  readonly inspectAtDie: number;
  readonly inspectLater: number;
  readonly inspectWarm: number;
}

const rows: readonly (readonly [keyof Round, string])[] = [
  ['startToKey', 'start event to its key'],
  ['startEvent', '  start event on its way, to the benchmark'],
  ['inspectAtStart', '  inspect at once, by the benchmark'],
  ['transaction', '  one guarded transaction, by the benchmark'],
  ['dieToAbsence', 'die event to the absence of its key'],
  ['dieEvent', '  die event on its way, to the benchmark'],
  ['inspectAtDie', '  inspect at once, by the benchmark'],
  ['inspectLater', 'inspect later on, once'],
  ['inspectWarm', 'inspect later on, repeated'],
];

/** What is left of the first without the others is the registrar's own. */
const ownPart: readonly (keyof Round)[] = ['startToKey', 'startEvent', 'inspectAtStart', 'transaction'];

/** Medians of the original, in milliseconds; recorded on another machine, not measured here. */
const registrator: readonly (readonly [keyof Round, string, number])[] = [
  ['startToKey', 'start event to its key', 5],
  ['dieToAbsence', 'die event to the absence of its key', 3],
];

interface Stage extends StoreStage {
  readonly registrar: AgentProcess;
  readonly engine: EngineObserver;
  readonly containers: BriefContainers;
  /** When a put or delete of the record of a container arrived: `put round-007a`. */
  readonly change: (name: string) => Promise<number>;
}

/**
 * From the engine's own time of `start` and `die` to the arrival of the change of the key on a watch. Each round has one
 * container for the registrar, and one while the registrar is stopped (SIGSTOP), for what any agent has to wait for: the
 * event, an inspection at that very moment, when the engine is still busy with the container, and a transaction.
 */
export async function benchLatency(print: (line: string) => void): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const stage = await setUp(cleanup, print);
  const rounds: Round[] = [];
  for (let index = 0; index < WARM_UP_ROUNDS + ROUNDS; index++) {
    const round = await runRound(stage, `round-${String(index).padStart(3, '0')}`);
    if (index >= WARM_UP_ROUNDS) rounds.push(round);
  }
  report(rounds, print);
}

async function setUp(cleanup: AsyncDisposableStack, print: (line: string) => void): Promise<Stage> {
  const storeStage = await startStore(cleanup);
  const dockerd = await startDockerd();
  cleanup.defer(() => dockerd.stop());
  const { socketPath } = dockerd;
  const image = await importSampleImage(socketPath);
  const changes = createArrivals<number>('change of a key');
  await watchRecords(
    storeStage,
    (change, atMs) => {
      const key = change.type === 'put' ? change.entry.key : change.key;
      changes.arrive(`${change.type} ${/round-\d{3}[ab]/.exec(key)?.[0] ?? key}`, atMs);
    },
    cleanup,
  );
  const registrar = await startRegistrar(storeStage, socketPath, cleanup);
  await registrar.ready();
  const version = await dockerd.docker('version', '--format', '{{.Server.Version}}');
  print(`${ROUNDS} rounds, a container each, on Docker ${version} and an etcd that does not sync its files`);
  return {
    ...storeStage,
    registrar,
    engine: await observeEngine(socketPath, cleanup),
    containers: createBriefContainers(socketPath, image, cleanup),
    change: (name) => changes.of(name),
  };
}

async function runRound(stage: Stage, name: string): Promise<Round> {
  const registered = await timeRegistrar(stage, `${name}a`);
  const bare = await timeEngineAlone(stage, `${name}b`);
  return { ...registered, ...bare };
}

type RegistrarFigure = 'startToKey' | 'dieToAbsence' | 'inspectLater' | 'inspectWarm' | 'transaction';

async function timeRegistrar(stage: Stage, name: string): Promise<Pick<Round, RegistrarFigure>> {
  const { containers, engine, change } = stage;
  const path = `/containers/${name}/json`;
  await containers.create(name);
  await containers.start(name);
  const startToKey = (await change(`put ${name}`)) - (await engine.event('start', name)).engineMs;
  const inspectLater = await engine.timeGet(path);
  const repeated: number[] = [];
  while (repeated.length < REPEATED_INSPECTIONS) repeated.push(await engine.timeGet(path));
  const transaction = await timeTransaction(stage, name);
  await containers.end(name);
  const dieToAbsence = (await change(`delete ${name}`)) - (await engine.event('die', name)).engineMs;
  await containers.remove(name);
  return { startToKey, dieToAbsence, inspectLater, inspectWarm: median(repeated), transaction };
}

async function timeEngineAlone(
  { containers, engine, registrar }: Stage,
  name: string,
): Promise<Pick<Round, 'startEvent' | 'inspectAtStart' | 'dieEvent' | 'inspectAtDie'>> {
  const inspectAt = async (action: string): Promise<{ readonly event: number; readonly inspect: number }> => {
    const { engineMs, arrivedMs } = await engine.event(action, name);
    return { event: arrivedMs - engineMs, inspect: await engine.timeGet(`/containers/${name}/json`) };
  };
  await containers.create(name);
  await registrar.text('/readyz');
  registrar.process.signal('SIGSTOP');
  try {
    const [start] = await Promise.all([inspectAt('start'), containers.start(name)]);
    const [die] = await Promise.all([inspectAt('die'), containers.end(name)]);
    return { startEvent: start.event, inspectAtStart: start.inspect, dieEvent: die.event, inspectAtDie: die.inspect };
  } finally {
    registrar.process.signal('SIGCONT');
    await containers.remove(name);
    await registrar.text('/readyz');
  }
}

/** As the registrar writes a new record: one guard on its claim, one on the key, one put. */
async function timeTransaction({ store }: Stage, name: string): Promise<number> {
  const fence = '/bench/claim';
  const claim = await store.transact({ guards: [], operations: [{ type: 'put', key: fence, value: 'bench' }] });
  const key = `/bench/${name}`;
  const startedAt = performance.now();
  const { applied } = await store.transact({
    guards: [
      { type: 'revision', key: fence, modRevision: claim.revision },
      { type: 'absent', key },
    ],
    operations: [{ type: 'put', key, value: '{"host":"10.20.30.40","port":20000,"ttl":60}' }],
  });
  if (!applied) throw new Error(`the transaction for ${key} was not applied`);
  return performance.now() - startedAt;
}

function report(rounds: readonly Round[], print: (line: string) => void): void {
  const valuesOf = (figure: keyof Round): readonly number[] => rounds.map((round) => round[figure]);
  const width = Math.max(...rows.map(([, label]) => label.length));
  print(`${''.padEnd(width)}      best    median       p90`);
  for (const [figure, label] of rows) {
    const values = valuesOf(figure);
    const columns = [Math.min(...values), median(values), quantile(values, 0.9)];
    print(`${label.padEnd(width)}  ${columns.map(inMs).join('  ')}`);
  }
  const [whole = 0, ...parts] = ownPart.map((figure) => median(valuesOf(figure)));
  const own = parts.reduce((rest, part) => rest - part, whole);
  print(
    `start event to its key, without event, inspection and transaction: ${inMs(own).trim()} for the registrar itself`,
  );
  for (const [figure, label, recorded] of registrator) {
    const ratio = (median(valuesOf(figure)) / recorded).toFixed(2);
    print(`${label}: ${ratio}x Registrator's ${recorded} ms (recorded on another machine, not measured here)`);
  }
}

function inMs(ms: number): string {
  return `${ms.toFixed(2).padStart(5)} ms`;
}
