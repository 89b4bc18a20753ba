import { setTimeout as delay } from 'node:timers/promises';
import {
  type Dockerd,
  type EtcdServer,
  eventually,
  importSampleImage,
  requestEngine,
  startDockerd,
  startEtcd,
  startFaultyProxy,
} from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantForeignKeys, untilExact } from './expected-records.ts';
import { registrarMetric, startReadyRegistrar } from './registrar-run.ts';

const CONTAINERS = 40;
const STARTS_EACH = 5;
/** How many containers are started and stopped at the same time. */
const LANES = 4;

describe('an event stream that is cut again and again', { timeout: 240_000 }, () => {
  const cleanup = new AsyncDisposableStack();
  let etcd: EtcdServer;
  let dockerd: Dockerd;
  let image: string;

  beforeAll(async () => {
    [etcd, dockerd] = await Promise.all([startEtcd(), startDockerd()]);
    cleanup.defer(() => etcd.stop());
    cleanup.defer(() => dockerd.stop());
    image = await importSampleImage(dockerd.socketPath);
  });

  afterAll(() => cleanup.disposeAsync());

  /** Every fifth has a port published, which is another one at each start; the others share the host's network. */
  const create = (index: number): Promise<string> => {
    const network = index % 5 === 0 ? ['--publish', '80'] : ['--network', 'host', '--expose', '80'];
    const own = ['--name', `c${index}`, '--label', `SERVICE_NAME=s${index % 7}`];
    return dockerd.docker('create', ...own, ...network, image, 'sleep', '100000');
  };

  const act = async (id: string, action: 'start' | 'kill'): Promise<void> => {
    const { status, body } = await requestEngine(dockerd.socketPath, 'POST', `/containers/${id}/${action}`);
    if (status !== 204) throw new Error(`${action} ${id}: ${status} ${body}`);
  };

  it('leaves neither ghost nor gap after 200 starts and stops', async () => {
    const foreign = await plantForeignKeys(etcd);
    const link = await startFaultyProxy({ path: dockerd.socketPath }, `${dockerd.socketPath}.cut`);
    cleanup.defer(() => link.close());
    const registrar = await startReadyRegistrar(cleanup, {
      store: etcd.endpoint,
      dockerHost: `unix://${link.path}`,
      args: ['-resync', '0'],
    });
    const ids: string[] = [];
    for (let index = 0; index < CONTAINERS; index++) ids.push(await create(index));

    const cycle = async (id: string, index: number): Promise<void> => {
      for (let start = 1; start <= STARTS_EACH; start++) {
        await act(id, 'start');
        // Half of them run in the end.
        if (start < STARTS_EACH || index % 2 === 0) await act(id, 'kill');
      }
    };
    const work = async (lane: number): Promise<void> => {
      for (const [index, id] of ids.entries()) if (index % LANES === lane) await cycle(id, index);
    };
    const finished = new AbortController();
    const cutAgainAndAgain = async (): Promise<void> => {
      for (let cuts = 0; !finished.signal.aborted; cuts++) {
        await eventually('the events are followed', () => registrar.text('/readyz'), { timeoutMs: 60_000 });
        await delay((cuts % 5) * 100);
        link.cut();
      }
    };
    const lanes = Array.from({ length: LANES }, (_, lane) => work(lane));
    await Promise.all([Promise.all(lanes).finally(() => finished.abort()), cutAgainAndAgain()]);

    await untilExact(etcd, foreign, [{ engine: dockerd }]);
    expect(await registrarMetric(registrar, 'services')).toBe(CONTAINERS / 2);
    expect(await registrarMetric(registrar, 'event_gaps_total')).toBeGreaterThan(3);
    await registrar.ready();
  });
});
