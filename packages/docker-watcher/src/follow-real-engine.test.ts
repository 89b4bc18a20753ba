import { silentLogger, systemClock } from '@wharf/agent';
import {
  eventually,
  type FaultyProxy,
  importSampleImage,
  type PrivateEngine,
  SAMPLE_IMAGE,
  startDockerd,
  startFaultyProxy,
  startPodman,
} from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDockerEngine } from './docker-engine.ts';
import type { DockerEngine } from './engine.ts';
import { followContainers } from './follow-containers.ts';
import type { ContainerChange, Follower } from './follower.ts';

const CALL_TIMEOUT_MS = 5_000;
const PATIENCE = { timeoutMs: 25_000 };

/** Containers outlive Podman's service; a Docker engine that starts again ends those that it finds. */
const engines = [
  { name: 'Docker', start: startDockerd, survives: false },
  { name: 'Podman', start: startPodman, survives: true },
] as const;

describe.each(engines)('followContainers with $name', { timeout: 60_000 }, ({ start, survives }) => {
  let real: PrivateEngine;
  let proxy: FaultyProxy;
  let engine: DockerEngine;
  let follower: Follower;
  let changes: ContainerChange[];

  beforeAll(async () => {
    real = await start();
    await importSampleImage(real.socketPath);
  });

  afterAll(() => real.stop());

  beforeEach(async () => {
    changes = [];
    proxy = await startFaultyProxy({ path: real.socketPath }, `${real.socketPath}.proxy`);
    engine = createDockerEngine({ dockerHost: `unix://${proxy.path}`, callTimeoutMs: CALL_TIMEOUT_MS });
    const listener = {
      onSnapshot: () => undefined,
      onChange: (change: ContainerChange) => changes.push(change),
    };
    const backoff = { baseMs: 10, capMs: 100 };
    const options = { clock: systemClock, log: silentLogger, random: Math.random, backoff, livenessMs: 1_000 };
    follower = followContainers(engine, listener, options);
    await following(0);
  });

  afterEach(async () => {
    follower.stop();
    engine.close();
    await proxy.close();
    await removeAll();
  });

  const following = (gaps: number): Promise<void> =>
    eventually(
      'following',
      () => {
        expect(follower.status().phase).toBe('following');
        expect(follower.status().gaps).toBeGreaterThanOrEqual(gaps);
      },
      PATIENCE,
    );

  /** The first process of a container ignores SIGTERM: without another stop signal an engine waits for 10 s. */
  const run = (...args: readonly string[]): Promise<string> =>
    real.docker('run', '-d', '--network', 'host', '--stop-signal', 'KILL', ...args);

  const removeAll = async (): Promise<void> => {
    const ids = await real.docker('ps', '-aq');
    if (ids !== '') await real.docker('rm', '-f', ...ids.split('\n'));
  };

  /** What the engine itself says: `<id> running` or `<id> stopped` of every container. */
  const truth = async (): Promise<readonly string[]> => {
    const states = await real.docker('ps', '-a', '--no-trunc', '--format', '{{.ID}} {{.State}}');
    const lines = states.split('\n').filter((line) => line !== '');
    return lines.map((line) => line.replace(/ (?!running$).*$/, ' stopped')).sort();
  };
  const known = (): readonly string[] => {
    const containers = [...follower.containers().values()];
    return containers.map(({ id, state }) => `${id} ${state.running ? 'running' : 'stopped'}`).sort();
  };
  const agree = async (): Promise<void> => {
    const check = async (): Promise<void> => expect(known()).toEqual(await truth());
    await eventually('the follower knows what the engine knows', check, PATIENCE);
  };

  it('sees a container start, die and go', async () => {
    const id = await run('--name', 'web', '--label', 'a=b', SAMPLE_IMAGE, 'sleep', '1000');
    await eventually('start', () => expect(changes.map(({ action }) => action)).toContain('start'), PATIENCE);
    const started = changes.find(({ action }) => action === 'start');
    expect(started?.container).toMatchObject({ id, name: 'web', networkMode: 'host', state: { running: true } });
    expect(started?.container?.labels.get('a')).toBe('b');
    await real.docker('kill', '-s', 'KILL', id);
    await eventually('die', () => {
      const died = changes.findLast(({ action }) => action === 'die');
      expect(died?.container?.state).toMatchObject({ running: false, exitCode: 137 });
    });
    await removeAll();
    await eventually('destroy', () => {
      expect(changes.at(-1)).toMatchObject({ action: 'destroy', container: undefined });
    });
    const order = ['create', 'start', 'kill', 'die', 'destroy'];
    const seen = changes.map(({ action }) => action).filter((action) => order.includes(action));
    expect(seen).toEqual(order);
    await agree();
  });

  it('knows what the engine knows after the events were cut while containers started and stopped', async () => {
    const ids: string[] = [];
    for (let round = 0; round < 4; round++) {
      proxy.cut();
      ids.push(await run(SAMPLE_IMAGE, 'sleep', '1000'));
      proxy.refuse();
      ids.push(await run(SAMPLE_IMAGE, 'sleep', '1000'));
      await real.docker('kill', ids[round * 2] ?? '');
      if (round % 2 === 1) await real.docker('rm', '-f', ids[round] ?? '');
      proxy.heal();
    }
    await agree();
    await following(1);
    expect(known()).toHaveLength(6);
  });

  it('notices an engine that went silent, and comes back to it', async () => {
    proxy.stall();
    const id = await run(SAMPLE_IMAGE, 'sleep', '1000');
    const silence = `no answer within ${CALL_TIMEOUT_MS} ms`;
    await eventually('noticed', () => expect(follower.status().error?.message).toContain(silence), PATIENCE);
    proxy.heal();
    await following(1);
    await agree();
    expect(known()).toEqual([`${id} running`]);
  });

  it('knows what the engine knows after it was killed and started again', async () => {
    const ids = [await run(SAMPLE_IMAGE, 'sleep', '1000'), await run(SAMPLE_IMAGE, 'sleep', '1000')];
    const running = ids.map((id) => `${id} running`).sort();
    await eventually('both run', () => expect(known()).toEqual(running), PATIENCE);
    await real.kill();
    await eventually('noticed', () => expect(follower.status()).toMatchObject({ phase: 'waiting', gaps: 1 }));
    expect(known()).toEqual(running);
    await real.restart();
    await following(1);
    await agree();
    expect(known()).toEqual(ids.map((id) => `${id} ${survives ? 'running' : 'stopped'}`).sort());
  });
});
