import { setTimeout as delay } from 'node:timers/promises';
import {
  type AgentProcess,
  type Dockerd,
  type EtcdServer,
  eventually,
  importSampleImage,
  startDockerd,
  startEtcd,
  startFaultyProxy,
} from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchDnsServer, startDnsProbe } from './dns-probe.ts';
import { plantForeignKeys, recordKey, untilExact } from './expected-records.ts';
import { runService, startReadyRegistrar, untilSyncedAgain } from './registrar-run.ts';
import { readRecords, type StoredKeys } from './stored-keys.ts';

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
  await runService(dockerd, image, 'web');
  await runService(dockerd, image, 'api');
});

afterAll(() => dockerd?.stop());

beforeEach(async () => {
  cleanup = new AsyncDisposableStack();
  etcd = await startEtcd();
  cleanup.defer(() => etcd.stop());
  foreign = await plantForeignKeys(etcd);
});

afterEach(() => cleanup.disposeAsync());

/** Waits until the registrar has noticed that the store is away: what follows is not its undisturbed work. */
function untilNotReady(registrar: AgentProcess): Promise<void> {
  return eventually('not ready', () => expect(registrar.text('/readyz')).rejects.toThrow('503'), { timeoutMs: 30_000 });
}

/** What no other owner has. */
async function ownRecords(): Promise<StoredKeys> {
  const stored = Object.entries(await readRecords(etcd));
  return Object.fromEntries(stored.filter(([key]) => foreign[key] === undefined));
}

describe('etcd that is away', { timeout: 120_000 }, () => {
  it('for 30 seconds, less than the TTL: no record is written or lost, and DNS answers all the time', async () => {
    const args = ['-resync', '2'];
    const registrar = await startReadyRegistrar(cleanup, { store: etcd.endpoint, dockerHost, args });
    const dnsServer = await launchDnsServer(cleanup, etcd);
    await untilExact(etcd, foreign, [{ engine: dockerd }]);
    await dnsServer.agent.ready();
    const before = await readRecords(etcd);

    const probe = startDnsProbe(dnsServer.port, 'api');
    await etcd.kill();
    await delay(30_000);
    await untilNotReady(registrar);
    await etcd.restart();
    expect(await readRecords(etcd)).toEqual(before);
    await Promise.all([registrar.ready(), dnsServer.agent.ready()]);
    await untilSyncedAgain(registrar, 1);
    const { asked, gaps } = await probe.stop();
    expect(gaps).toEqual([]);
    expect(asked).toBeGreaterThan(100);
    expect(await readRecords(etcd)).toEqual(before);
  });

  it('for longer than the TTL: what started and ended meanwhile is made up for', async () => {
    const ttlSeconds = 3;
    const registrar = await startReadyRegistrar(cleanup, { store: etcd.endpoint, dockerHost, ttlSeconds });
    await runService(dockerd, image, 'ends');
    await untilExact(etcd, foreign, [{ engine: dockerd, ttlSeconds }]);

    await etcd.kill();
    await dockerd.docker('rm', '--force', 'ends');
    await runService(dockerd, image, 'starts');
    cleanup.defer(async () => {
      await dockerd.docker('rm', '--force', 'starts');
    });
    await delay((ttlSeconds + 1) * 1000);
    await untilNotReady(registrar);
    await etcd.restart();
    await untilExact(etcd, foreign, [{ engine: dockerd, ttlSeconds }]);
    expect(Object.keys(await ownRecords()).toSorted()).toEqual(['api', 'starts', 'web'].map((name) => recordKey(name)));
    await registrar.ready();
  });

  it('out of reach for longer than the TTL: the records lapse, and are all back', async () => {
    const ttlSeconds = 3;
    const link = await startFaultyProxy({ port: etcd.port });
    cleanup.defer(() => link.close());
    const store = `127.0.0.1:${link.port}`;
    const registrar = await startReadyRegistrar(cleanup, { store, dockerHost, ttlSeconds });
    await untilExact(etcd, foreign, [{ engine: dockerd, ttlSeconds }]);

    link.refuse();
    await eventually('the end of the records', async () => expect(await ownRecords()).toEqual({}), {
      timeoutMs: 30_000,
    });
    link.heal();
    await untilExact(etcd, foreign, [{ engine: dockerd, ttlSeconds }]);
    await registrar.ready();
  });
});

describe('a lease that is revoked by hand', { timeout: 120_000 }, () => {
  it('is replaced at once, not at the next renewal: all records are back', async () => {
    const ttlSeconds = 600;
    const registrar = await startReadyRegistrar(cleanup, {
      store: etcd.endpoint,
      dockerHost,
      ttlSeconds,
      args: ['-resync', '0'],
    });
    await untilExact(etcd, foreign, [{ engine: dockerd, ttlSeconds }]);
    const [lease = '', ...others] = await leases();
    expect(others).toEqual([]);

    await etcd.etcdctl('lease', 'revoke', lease);
    // The next renewal is 200 s away.
    await untilExact(etcd, foreign, [{ engine: dockerd, ttlSeconds }], { timeoutMs: 30_000 });
    expect(await leases()).toEqual([expect.not.stringMatching(lease)]);
    await registrar.ready();
  });
});

/** The IDs of all leases of the store, in the form that etcdctl takes. */
async function leases(): Promise<readonly string[]> {
  const [_title, ...ids] = (await etcd.etcdctl('lease', 'list')).trimEnd().split('\n');
  return ids;
}
