import { execFile } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Dockerd, type EtcdServer, eventually, importSampleImage, startDockerd, startEtcd } from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { plantForeignKeys, untilExact } from './expected-records.ts';
import { registrarMetric, runService, startReadyRegistrar, untilSyncedAgain } from './registrar-run.ts';
import { etcdMetric, readStore, type StoredKeys } from './stored-keys.ts';

/** Short, for renewals come every third of it; a busy machine must manage one in time. */
const TTL_SECONDS = 5;

let dockerd: Dockerd;
let dockerHost: string;
let image: string;
let cleanup: AsyncDisposableStack;
let etcd: EtcdServer;
let foreign: StoredKeys;

beforeAll(async () => {
  dockerd = await startDockerd();
  dockerHost = `unix://${dockerd.socketPath}`;
  image = await importSampleImage(dockerd.socketPath);
  for (const name of ['web', 'api', 'db']) await runService(dockerd, image, name);
});

afterAll(() => dockerd?.stop());

beforeEach(async () => {
  cleanup = new AsyncDisposableStack();
  etcd = await startEtcd();
  cleanup.defer(() => etcd.stop());
  foreign = await plantForeignKeys(etcd);
});

afterEach(() => cleanup.disposeAsync());

const renewals = (): Promise<number> => etcdMetric(etcd, 'etcd_debugging_lease_renewed_total');

/** Waits until the lease was renewed `count` times more. */
async function untilRenewedAgain(count: number): Promise<void> {
  const before = await renewals();
  await eventually(`${count} renewals`, async () => expect(await renewals()).toBeGreaterThanOrEqual(before + count), {
    timeoutMs: 60_000,
  });
}

/** Every way to write, as etcd counts it. */
async function writesSoFar(): Promise<unknown> {
  const started = (method: string): Promise<number> =>
    etcdMetric(etcd, 'grpc_server_started_total', `grpc_method="${method}"`);
  const methods = ['Put', 'Txn', 'DeleteRange', 'Compact', 'LeaseGrant', 'LeaseRevoke'];
  return {
    store: await readStore(etcd),
    calls: Object.fromEntries(await Promise.all(methods.map(async (method) => [method, await started(method)]))),
    puts: await etcdMetric(etcd, 'etcd_mvcc_put_total'),
    deletes: await etcdMetric(etcd, 'etcd_mvcc_delete_total'),
  };
}

describe('a registrar whose containers do not change', { timeout: 120_000 }, () => {
  it('writes nothing: over several renewals and comparisons etcd counts no write', async () => {
    const args = ['-resync', '1'];
    const registrar = await startReadyRegistrar(cleanup, {
      store: etcd.endpoint,
      dockerHost,
      ttlSeconds: TTL_SECONDS,
      args,
    });
    await untilExact(etcd, foreign, [{ engine: dockerd, ttlSeconds: TTL_SECONDS }]);
    await untilSyncedAgain(registrar, 1);
    const before = await writesSoFar();
    expect(before).toMatchObject({ calls: { Txn: expect.any(Number) }, puts: expect.toSatisfy((puts) => puts > 0) });

    await Promise.all([untilRenewedAgain(4), untilSyncedAgain(registrar, 4)]);
    expect(await writesSoFar()).toEqual(before);
    await registrar.ready();
  });
});

/** Lets one process see another wall clock than the machine's; its monotonic clock stays what it is. */
async function createClockFile(): Promise<{ env: Readonly<Record<string, string>>; jump(offset: string): void }> {
  // The faketime command knows where its library is.
  const { stdout } = await promisify(execFile)('faketime', ['-f', '+0', 'sh', '-c', 'echo "$LD_PRELOAD"']);
  const folder = mkdtempSync(join(tmpdir(), 'wharf-clock-'));
  cleanup.defer(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'offset');
  const jump = (offset: string): void => {
    writeFileSync(`${file}.new`, `${offset}\n`);
    renameSync(`${file}.new`, file);
  };
  jump('+0');
  const env = {
    LD_PRELOAD: stdout.trim(),
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
  return { env, jump };
}

describe('a wall clock that jumps', { timeout: 120_000 }, () => {
  it('an hour forwards and then backwards: the lease goes on, no record is lost or written', async () => {
    const clock = await createClockFile();
    const registrar = await startReadyRegistrar(cleanup, {
      store: etcd.endpoint,
      dockerHost,
      ttlSeconds: TTL_SECONDS,
      args: ['-resync', '1'],
      env: clock.env,
    });
    await untilExact(etcd, foreign, [{ engine: dockerd, ttlSeconds: TTL_SECONDS }]);
    await untilSyncedAgain(registrar, 1);
    const before = await writesSoFar();

    for (const { offset, hours } of [
      { offset: '+1h', hours: 1 },
      { offset: '-1h', hours: -1 },
    ]) {
      clock.jump(offset);
      await eventually(
        'the registrar sees the jump',
        async () => {
          const ahead = (await registrarMetric(registrar, 'last_full_sync_timestamp_seconds')) - Date.now() / 1000;
          expect(Math.round(ahead / 600)).toBe(hours * 6);
        },
        { timeoutMs: 30_000 },
      );
      await Promise.all([untilRenewedAgain(3), untilSyncedAgain(registrar, 3)]);
      expect(await writesSoFar()).toEqual(before);
    }

    const id = await runService(dockerd, image, 'late');
    cleanup.defer(async () => {
      await dockerd.docker('rm', '--force', id);
    });
    await untilExact(etcd, foreign, [{ engine: dockerd, ttlSeconds: TTL_SECONDS }]);
    expect(await registrarMetric(registrar, 'lease_losses_total')).toBe(0);
  });
});
