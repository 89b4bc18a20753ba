import {
  type AgentProcess,
  type Dockerd,
  type EtcdServer,
  eventually,
  importSampleImage,
  startDockerd,
  startEtcd,
} from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectedRecords, plantForeignKeys, recordKey, untilExact } from './expected-records.ts';
import {
  type RegistrarRun,
  registrarMetric,
  runService,
  startReadyRegistrar,
  untilSyncedAgain,
} from './registrar-run.ts';
import { field, listOf, readRecords, readStore, type StoredKeys } from './stored-keys.ts';

/** For tests that wait for the end of a host; in the others no busy machine may let a lease run out. */
const SHORT_TTL_SECONDS = 5;
const SHARED_ID = ['--label', 'SERVICE_ID=shared'];

let cleanup: AsyncDisposableStack;
let engines: readonly [Dockerd, Dockerd];
let image: string;
let etcd: EtcdServer;
let foreign: StoredKeys;

beforeAll(async () => {
  engines = await Promise.all([startDockerd(), startDockerd()]);
  for (const { socketPath } of engines) image = await importSampleImage(socketPath);
});

afterAll(async () => {
  await Promise.all((engines ?? []).map((engine) => engine.stop()));
});

beforeEach(async () => {
  cleanup = new AsyncDisposableStack();
  etcd = await startEtcd();
  cleanup.defer(() => etcd.stop());
  foreign = await plantForeignKeys(etcd);
});

afterEach(async () => {
  await cleanup.disposeAsync();
  for (const engine of engines) {
    const ids = (await engine.docker('ps', '-aq')).split('\n').filter((id) => id !== '');
    if (ids.length > 0) await engine.docker('rm', '--force', ...ids);
  }
});

/** The first and the second host, each with an engine of its own. */
const runOf = (index: 0 | 1, ttlSeconds = 40): RegistrarRun => ({
  store: etcd.endpoint,
  dockerHost: `unix://${engines[index].socketPath}`,
  host: `node-${index + 1}`,
  ip: `10.0.0.${index + 1}`,
  ttlSeconds,
  args: ['-resync', '1'],
});
const sourceOf = (index: 0 | 1, ttlSeconds?: number) => ({ engine: engines[index], ...runOf(index, ttlSeconds) });

async function holderOf(key: string): Promise<unknown> {
  const stored = await readRecords(etcd);
  return field(JSON.parse(stored[key]?.value ?? '{}'), 'host');
}

function untilHeldBy(key: string, ip: string): Promise<void> {
  return eventually(`${key} with ${ip}`, async () => expect(await holderOf(key)).toBe(ip), { timeoutMs: 30_000 });
}

function untilConflicts(registrar: AgentProcess, count: number): Promise<void> {
  const check = async () => expect(await registrarMetric(registrar, 'conflicts')).toBe(count);
  return eventually(`${count} conflicts in the metric`, check, { timeoutMs: 30_000 });
}

/** Waits until the registrar says, in its metric, its debug page and its log, that the key is another's. */
async function untilReported(registrar: AgentProcess, key: string): Promise<void> {
  await untilConflicts(registrar, 1);
  const conflicts = listOf(await registrar.debug('conflicts'));
  expect(conflicts.map((conflict) => field(conflict, 'key'))).toEqual([key]);
  const lines = registrar.process.output().split('\n');
  expect(lines.filter((line) => line.includes('"level":"error"') && line.includes(key))).toHaveLength(1);
}

/** Nothing at all is written while these registrars compare everything with the store several times. */
async function expectNoWrites(...registrars: readonly AgentProcess[]): Promise<void> {
  const before = await readStore(etcd);
  await Promise.all(registrars.map((registrar) => untilSyncedAgain(registrar, 3)));
  expect(await readStore(etcd)).toEqual(before);
}

describe('two registrars whose containers have the same SERVICE_ID', { timeout: 120_000 }, () => {
  const shared = recordKey('web', 'shared');

  it('the first keeps the key and the other reports it, until the container of the first one ends', async () => {
    const first = await startReadyRegistrar(cleanup, runOf(0));
    const second = await startReadyRegistrar(cleanup, runOf(1));
    await runService(engines[0], image, 'web', ...SHARED_ID);
    await untilHeldBy(shared, '10.0.0.1');
    await runService(engines[1], image, 'web', ...SHARED_ID);
    await runService(engines[1], image, 'api');
    await untilReported(second, shared);
    // The shared key is the first one's: its value is what the list of sources ends with.
    await untilExact(etcd, foreign, [sourceOf(1), sourceOf(0)]);
    await expectNoWrites(first, second);
    expect(await registrarMetric(first, 'conflicts')).toBe(0);

    await engines[0].docker('kill', 'web');
    await untilHeldBy(shared, '10.0.0.2');
    await engines[0].docker('start', 'web');
    await untilReported(first, shared);
    await untilExact(etcd, foreign, [sourceOf(0), sourceOf(1)]);
    await expectNoWrites(first, second);
    expect(await registrarMetric(second, 'conflicts')).toBe(0);
  });

  it('the other one takes the key up when the host of the first one has died', async () => {
    const first = await startReadyRegistrar(cleanup, runOf(0, SHORT_TTL_SECONDS));
    await runService(engines[0], image, 'web', ...SHARED_ID);
    await untilHeldBy(shared, '10.0.0.1');
    const second = await startReadyRegistrar(cleanup, runOf(1, SHORT_TTL_SECONDS));
    await runService(engines[1], image, 'web', ...SHARED_ID);
    await untilReported(second, shared);

    await first.kill();
    await untilHeldBy(shared, '10.0.0.2');
    await untilExact(etcd, foreign, [sourceOf(1, SHORT_TTL_SECONDS)]);
    await untilConflicts(second, 0);
    expect(await holderOf(shared)).toBe('10.0.0.2');
  });
});

describe('two containers of one host with the same SERVICE_ID', { timeout: 120_000 }, () => {
  it('the one that started first has the key; when it ends, the other one', async () => {
    const registrar = await startReadyRegistrar(cleanup, runOf(0));
    const key = recordKey('web', 'shared');
    const twin = ['--label', 'SERVICE_NAME=web', ...SHARED_ID];
    await runService(engines[0], image, 'first', ...twin);
    await untilExact(etcd, foreign, [sourceOf(0)]);
    const before = await readRecords(etcd);
    await runService(engines[0], image, 'second', ...twin);
    await untilConflicts(registrar, 1);
    await expectNoWrites(registrar);
    expect(await readRecords(etcd)).toEqual(before);

    await engines[0].docker('kill', 'first');
    await untilExact(etcd, foreign, [sourceOf(0)]);
    expect(Object.keys(await expectedRecords(sourceOf(0)))).toEqual([key]);
    await untilConflicts(registrar, 0);
  });
});

describe('two registrars with one host name on one machine', { timeout: 120_000 }, () => {
  it('the one that started last keeps the records and the other stands by, until that one dies', async () => {
    const older = await startReadyRegistrar(cleanup, runOf(0, SHORT_TTL_SECONDS));
    await runService(engines[0], image, 'web');
    await untilExact(etcd, foreign, [sourceOf(0, SHORT_TTL_SECONDS)]);
    const before = await readRecords(etcd);
    const newer = await startReadyRegistrar(cleanup, runOf(0, SHORT_TTL_SECONDS));
    await eventually(
      'the older one stands by',
      () => expect(older.text('/readyz')).rejects.toThrow('another process'),
      { timeoutMs: 30_000 },
    );
    await untilSyncedAgain(newer, 3);
    expect(await readRecords(etcd)).toEqual(before);

    await newer.kill();
    await older.ready();
    await runService(engines[0], image, 'late');
    await untilExact(etcd, foreign, [sourceOf(0, SHORT_TTL_SECONDS)]);
  });
});
