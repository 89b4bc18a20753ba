import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AgentProcess,
  type Dockerd,
  type EtcdServer,
  eventually,
  importSampleImage,
  startDockerd,
  startEtcd,
} from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plantForeignKeys, recordKey, untilExact } from './expected-records.ts';
import { registrarMetric, runService, startReadyRegistrar } from './registrar-run.ts';
import { readRecords, type StoredKeys } from './stored-keys.ts';

let cleanup: AsyncDisposableStack;
let etcd: EtcdServer;
let foreign: StoredKeys;

beforeEach(async () => {
  cleanup = new AsyncDisposableStack();
  etcd = await startEtcd();
  cleanup.defer(() => etcd.stop());
  foreign = await plantForeignKeys(etcd);
});

afterEach(() => cleanup.disposeAsync());

async function launchEngine(liveRestore: boolean): Promise<{ dockerd: Dockerd; image: string }> {
  const dockerd = await startDockerd({ liveRestore });
  cleanup.defer(() => dockerd.stop());
  return { dockerd, image: await importSampleImage(dockerd.socketPath) };
}

/** Waits until the registrar has seen that the engine was away, and follows it again. */
async function untilFollowedAgain(registrar: AgentProcess, gapsBefore: number): Promise<void> {
  await eventually(
    'the gap in the events',
    async () => expect(await registrarMetric(registrar, 'event_gaps_total')).toBeGreaterThan(gapsBefore),
    { timeoutMs: 30_000 },
  );
  await registrar.ready();
}

const ends = [
  { how: 'killed', signal: 'SIGKILL' as const },
  { how: 'stopped in good order', signal: 'SIGTERM' as const },
];

describe('an engine that is restarted', { timeout: 120_000 }, () => {
  it.each(ends)(
    'with --live-restore, $how: what ran on keeps its record, what ended meanwhile is gone',
    async ({ signal }) => {
      const { dockerd, image } = await launchEngine(true);
      const registrar = await startReadyRegistrar(cleanup, {
        store: etcd.endpoint,
        dockerHost: `unix://${dockerd.socketPath}`,
      });
      const folder = mkdtempSync(join(tmpdir(), 'wharf-signal-'));
      cleanup.defer(() => rmSync(folder, { recursive: true }));
      const signalFile = join(folder, 'end');
      await runService(dockerd, image, 'web', '--restart', 'always');
      await runService(dockerd, image, 'api');
      const script = 'until [ -e /signal/end ]; do sleep 0.1; done; rm /signal/end';
      const brief = [
        '--name',
        'brief',
        '--label',
        'SERVICE_NAME=brief',
        '--publish',
        '80',
        '--volume',
        `${folder}:/signal`,
      ];
      await dockerd.docker('run', '--detach', ...brief, image, 'sh', '-c', script);
      await untilExact(etcd, foreign, [{ engine: dockerd }]);
      const before = await readRecords(etcd);
      const gaps = await registrarMetric(registrar, 'event_gaps_total');

      await dockerd.kill(signal);
      writeFileSync(signalFile, '');
      await eventually('the end of a container', () => expect(existsSync(signalFile)).toBe(false));
      expect(await readRecords(etcd)).toEqual(before);
      await dockerd.restart();
      await untilFollowedAgain(registrar, gaps);
      await untilExact(etcd, foreign, [{ engine: dockerd }]);
      const { [recordKey('brief')]: _ended, ...others } = before;
      expect(await readRecords(etcd)).toEqual(others);

      await runService(dockerd, image, 'late');
      await untilExact(etcd, foreign, [{ engine: dockerd }]);
      expect(await readRecords(etcd)).toMatchObject(others);
    },
  );

  it.each(ends)('without it, $how: what was restarted has its new port, the rest is gone', async ({ signal }) => {
    const { dockerd, image } = await launchEngine(false);
    const registrar = await startReadyRegistrar(cleanup, {
      store: etcd.endpoint,
      dockerHost: `unix://${dockerd.socketPath}`,
    });
    await runService(dockerd, image, 'web', '--restart', 'always');
    await runService(dockerd, image, 'once');
    await untilExact(etcd, foreign, [{ engine: dockerd }]);
    const gaps = await registrarMetric(registrar, 'event_gaps_total');

    await dockerd.kill(signal);
    await dockerd.restart();
    await untilFollowedAgain(registrar, gaps);
    await untilExact(etcd, foreign, [{ engine: dockerd }]);
    const own = Object.keys(await readRecords(etcd)).filter((key) => foreign[key] === undefined);
    expect(own).toEqual([recordKey('web')]);
  });
});
