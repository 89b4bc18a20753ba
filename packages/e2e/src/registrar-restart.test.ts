import { setTimeout as delay } from 'node:timers/promises';
import {
  type AgentProcess,
  type Dockerd,
  type EtcdServer,
  eventually,
  importSampleImage,
  queryDns,
  startDockerd,
  startEtcd,
} from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOMAIN } from './cluster.ts';
import { launchDnsServer, startDnsProbe } from './dns-probe.ts';
import { plantForeignKeys, untilExact } from './expected-records.ts';
import {
  launchRegistrar,
  type RegistrarRun,
  runService,
  startReadyRegistrar,
  untilSyncedAgain,
} from './registrar-run.ts';
import { readRecords, type StoredKeys } from './stored-keys.ts';

/** Short enough to wait for, and long enough for a process to be replaced on a busy machine. */
const TTL_SECONDS = 10;
/** etcd looks for leases that have run out twice a second. */
const ETCD_GRANULARITY_SECONDS = 1;
const BUSY_MACHINE_MS = 3000;

describe('a registrar that ends', { timeout: 120_000 }, () => {
  const cleanup = new AsyncDisposableStack();
  let etcd: EtcdServer;
  let dockerd: Dockerd;
  let image: string;
  let foreign: StoredKeys;
  let dnsPort: number;
  let run: RegistrarRun;
  let registrar: AgentProcess;

  beforeAll(async () => {
    [etcd, dockerd] = await Promise.all([startEtcd(), startDockerd()]);
    cleanup.defer(() => etcd.stop());
    cleanup.defer(() => dockerd.stop());
    image = await importSampleImage(dockerd.socketPath);
    foreign = await plantForeignKeys(etcd);
    const dnsServer = await launchDnsServer(cleanup, etcd);
    dnsPort = dnsServer.port;
    await runService(dockerd, image, 'web');
    await runService(dockerd, image, 'api');
    run = {
      store: etcd.endpoint,
      dockerHost: `unix://${dockerd.socketPath}`,
      ttlSeconds: TTL_SECONDS,
      args: ['-resync', '1'],
    };
    registrar = await startReadyRegistrar(cleanup, run);
    await untilExact(etcd, foreign, [{ engine: dockerd, ttlSeconds: TTL_SECONDS }]);
    await dnsServer.agent.ready();
    await eventually('the service in DNS', async () => {
      if ((await ask('api')) !== 'NOERROR') throw new Error('not yet');
    });
  });

  afterAll(() => cleanup.disposeAsync());

  const ask = async (service: string): Promise<string> =>
    (await queryDns({ port: dnsPort, name: `${service}.${DOMAIN}`, type: 'SRV' })).rcode;

  it('killed, then stopped in good order: a DNS client that asks every 50 ms sees no gap, no record is written', async () => {
    const before = await readRecords(etcd);
    const probe = startDnsProbe(dnsPort, 'api');
    for (const how of ['kill', 'stop'] as const) {
      await registrar[how]();
      registrar = await startReadyRegistrar(cleanup, run);
      await untilSyncedAgain(registrar, 1);
      expect(await readRecords(etcd), `after ${how}`).toEqual(before);
    }
    // A lease that nobody took over would run out in this time, and take its records along.
    await delay((TTL_SECONDS + ETCD_GRANULARITY_SECONDS) * 1000);
    const { asked, gaps } = await probe.stop();
    expect(gaps).toEqual([]);
    expect(asked).toBeGreaterThan(TTL_SECONDS);
    expect(await readRecords(etcd)).toEqual(before);
  });

  it('killed and started again: what happened meanwhile is made up for, and nothing else is written', async () => {
    const before = await readRecords(etcd);
    await runService(dockerd, image, 'brief');
    await untilExact(etcd, foreign, [{ engine: dockerd, ttlSeconds: TTL_SECONDS }]);
    await registrar.kill();
    await dockerd.docker('rm', '--force', 'brief');
    await runService(dockerd, image, 'meanwhile');
    registrar = await launchRegistrar(cleanup, run);
    await untilExact(etcd, foreign, [{ engine: dockerd, ttlSeconds: TTL_SECONDS }]);
    expect(await readRecords(etcd)).toMatchObject(before);
  });

  it('killed for good, as with its host: its records are gone within the TTL, from DNS too', async () => {
    expect(await ask('api')).toBe('NOERROR');
    await registrar.kill();
    const bound = { timeoutMs: (TTL_SECONDS + ETCD_GRANULARITY_SECONDS) * 1000 + BUSY_MACHINE_MS };
    await eventually('the end of the records', async () => expect(await readRecords(etcd)).toEqual(foreign), bound);
    await eventually('the end of the answers', async () => expect(await ask('api')).toBe('NXDOMAIN'));
  });
});
