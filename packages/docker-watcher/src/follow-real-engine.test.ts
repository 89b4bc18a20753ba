import { silentLogger, systemClock } from '@wharf/agent';
import {
  type Dockerd,
  eventually,
  type FaultyProxy,
  importSampleImage,
  SAMPLE_IMAGE,
  startDockerd,
  startFaultyProxy,
} from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDockerEngine } from './docker-engine.ts';
import type { DockerEngine } from './engine.ts';
import { followContainers } from './follow-containers.ts';
import type { ContainerChange, Follower } from './follower.ts';

let dockerd: Dockerd;
let proxy: FaultyProxy;
let engine: DockerEngine;
let follower: Follower;
let changes: ContainerChange[];

beforeAll(async () => {
  dockerd = await startDockerd();
  await importSampleImage(dockerd.socketPath);
});

afterAll(() => dockerd.stop());

beforeEach(async () => {
  changes = [];
  proxy = await startFaultyProxy({ path: dockerd.socketPath }, `${dockerd.socketPath}.proxy`);
  engine = createDockerEngine({ dockerHost: `unix://${proxy.path}`, callTimeoutMs: 2_000 });
  const listener = {
    onSnapshot: () => undefined,
    onChange: (change: ContainerChange) => changes.push(change),
  };
  const backoff = { baseMs: 10, capMs: 100 };
  const options = { clock: systemClock, log: silentLogger, random: Math.random, backoff, livenessMs: 500 };
  follower = followContainers(engine, listener, options);
  await following(0);
});

afterEach(async () => {
  follower.stop();
  engine.close();
  await proxy.close();
});

const following = (gaps: number): Promise<void> =>
  eventually(
    'following',
    () => {
      expect(follower.status().phase).toBe('following');
      expect(follower.status().gaps).toBeGreaterThanOrEqual(gaps);
    },
    { timeoutMs: 20_000 },
  );

/** The first process of a container ignores SIGTERM: without another stop signal an engine waits for 10 s. */
const run = (...args: readonly string[]): Promise<string> =>
  dockerd.docker('run', '-d', '--stop-signal', 'KILL', ...args);

/** What the engine itself says: `name running` of every container. */
async function truth(): Promise<readonly string[]> {
  const states = await dockerd.docker('ps', '-a', '--no-trunc', '--format', '{{.ID}} {{.State}}');
  return states
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/ (?!running$).*$/, ' stopped'))
    .sort();
}

function known(): readonly string[] {
  return [...follower.containers().values()]
    .map(({ id, state }) => `${id} ${state.running ? 'running' : 'stopped'}`)
    .sort();
}

async function agree(): Promise<void> {
  await eventually('the follower knows what the engine knows', async () => expect(known()).toEqual(await truth()));
}

const removeAll = (): Promise<string> =>
  dockerd.docker('ps', '-aq').then((ids) => (ids === '' ? '' : dockerd.docker('rm', '-f', ...ids.split('\n'))));

describe('followContainers with a real engine', () => {
  it('sees a container start, die and go', async () => {
    const id = await run('--name', 'web', '-p', '80', '--label', 'a=b', SAMPLE_IMAGE, 'sleep', '1000');
    await eventually('start', () => expect(changes.map(({ action }) => action)).toEqual(['create', 'start']));
    expect(changes[1]?.container).toMatchObject({ id, name: 'web', state: { running: true } });
    expect(changes[1]?.container?.labels.get('a')).toBe('b');
    await dockerd.docker('kill', '-s', 'KILL', id);
    await eventually('die', () => expect(changes.map(({ action }) => action)).toContain('die'));
    const die = changes.find(({ action }) => action === 'die');
    expect(die).toMatchObject({
      attributes: { exitCode: '137' },
      container: { state: { running: false, exitCode: 137 } },
    });
    await removeAll();
    await eventually('destroy', () =>
      expect(changes.at(-1)).toMatchObject({ action: 'destroy', container: undefined }),
    );
    await agree();
  });

  it('sees health, as an action and in the container', async () => {
    const health = ['--health-cmd', 'true', '--health-interval', '200ms'];
    const id = await run(...health, SAMPLE_IMAGE, 'sleep', '1000');
    await eventually('healthy', () => {
      const change = changes.find(({ action }) => action === 'health_status');
      expect(change).toMatchObject({ id, attributes: { health_status: 'healthy' } });
      expect(change?.container?.state.health).toBe('healthy');
    });
    await removeAll();
  });

  it('knows what the engine knows after the events were cut while containers started and stopped', async () => {
    const ids: string[] = [];
    for (let round = 0; round < 4; round++) {
      proxy.cut();
      ids.push(await run(SAMPLE_IMAGE, 'sleep', '1000'));
      proxy.refuse();
      ids.push(await run(SAMPLE_IMAGE, 'sleep', '1000'));
      await dockerd.docker('kill', ids[round * 2] ?? '');
      if (round % 2 === 1) await dockerd.docker('rm', '-f', ids[round] ?? '');
      proxy.heal();
    }
    await agree();
    expect(follower.status().gaps).toBeGreaterThanOrEqual(1);
    expect(known().length).toBe(6);
    await removeAll();
    await agree();
  });

  it('notices an engine that went silent, and comes back to it', async () => {
    proxy.stall();
    const id = await run(SAMPLE_IMAGE, 'sleep', '1000');
    await eventually('noticed', () => expect(follower.status().error?.message).toMatch(/no answer within 2000 ms/));
    proxy.heal();
    await following(1);
    await agree();
    expect(known()).toEqual([`${id} running`]);
    await removeAll();
  });

  it('knows what the engine knows after it was killed and started again', async () => {
    const stays = await run('--restart', 'always', SAMPLE_IMAGE, 'sleep', '1000');
    const ends = await run(SAMPLE_IMAGE, 'sleep', '1000');
    await eventually('both', () => expect(known()).toHaveLength(2));
    await dockerd.kill();
    await eventually('noticed', () => expect(follower.status()).toMatchObject({ phase: 'waiting', gaps: 1 }));
    expect(known()).toHaveLength(2);
    await dockerd.restart();
    await following(1);
    await agree();
    expect(follower.containers().get(stays)?.state.running).toBe(true);
    expect(follower.containers().get(ends)?.state.running).toBe(false);
    await removeAll();
  });
});
