import { type Agent, type Clock, createManualClock, Registry, silentLogger, systemClock } from '@wharf/agent';
import { createDockerEngine, type DockerEngine } from '@wharf/docker-watcher';
import { createEtcdKeyStore, type KeyStore } from '@wharf/etcd-client';
import {
  type Dockerd,
  type EtcdServer,
  eventually,
  type FaultyProxy,
  importSampleImage,
  startDockerd,
  startEtcd,
  startFaultyProxy,
} from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRegistrar } from './app.ts';
import { type RegistrarConfig, registrarDefaults } from './config.ts';
import { createKeyStoreRegistry } from './io/key-store-registry.ts';
import { createSkydnsLayout } from './records/skydns-layout.ts';
import { recordsOf, watchRecords } from './testing/records-of.ts';

/** Far more than a busy machine needs: they only end what hangs. */
const PATIENCE_MS = 60_000;
const CALL_DEADLINE_MS = 30_000;
const CLAIM = '/wharf/registrar/node-1';

let etcd: EtcdServer;
let dockerd: Dockerd;
let link: FaultyProxy;
let store: KeyStore;
let engine: DockerEngine;
let image: string;
let running: Agent[];
let instances = 0;

beforeAll(async () => {
  [etcd, dockerd] = await Promise.all([startEtcd(), startDockerd()]);
  image = await importSampleImage(dockerd.socketPath);
  store = createEtcdKeyStore({ endpoints: [etcd.url], log: silentLogger, callDeadlineMs: CALL_DEADLINE_MS });
});

afterAll(async () => {
  await store?.close();
  await Promise.all([etcd?.stop(), dockerd?.stop()]);
});

beforeEach(async () => {
  running = [];
  link = await startFaultyProxy({ path: dockerd.socketPath }, `${dockerd.socketPath}.${++instances}`);
  engine = createDockerEngine({ dockerHost: `unix://${link.path}` });
});

afterEach(async () => {
  await Promise.all(running.map((agent) => agent.stop()));
  engine.close();
  await link.close();
  const ids = (await dockerd.docker('ps', '-aq')).split('\n').filter((id) => id !== '');
  if (ids.length > 0) await dockerd.docker('rm', '-f', ...ids);
  await etcd.etcdctl('del', '--prefix', '/');
});

async function launch(more: Partial<RegistrarConfig> = {}, clock: Clock = systemClock): Promise<Agent> {
  const own = { host: 'node-1', ip: { ipv4: '10.0.0.5' }, onStop: 'remove' } as const;
  const config = { ...registrarDefaults, ...own, ...more };
  const context = { log: silentLogger, clock, random: Math.random, registry: new Registry() };
  const { host, ttlSeconds } = config;
  const layout = createSkydnsLayout(['local'], config);
  const services = createKeyStoreRegistry({ ...context, store, layout, host, ttlSeconds });
  const agent = createRegistrar(config, { ...context, services, engine });
  await agent.start();
  running.push(agent);
  return agent;
}

async function launchReady(more?: Partial<RegistrarConfig>, clock?: Clock): Promise<Agent> {
  const agent = await launch(more, clock);
  await untilReady(agent);
  return agent;
}

async function stop(agent: Agent): Promise<void> {
  running = running.filter((other) => other !== agent);
  await agent.stop();
}

function patiently(what: string, check: () => unknown): Promise<unknown> {
  return eventually(what, check, { timeoutMs: PATIENCE_MS });
}

function untilReady(agent: Agent): Promise<unknown> {
  return patiently('ready', () => expect(agent.readiness()).toEqual([]));
}

function untilRecords(...keys: readonly string[]): Promise<unknown> {
  const wanted = keys.map(keyOf).toSorted();
  return patiently('the records', async () => expect(Object.keys(await recordsOf(store))).toEqual(wanted));
}

const keyOf = (name: string): string => `/skydns/local/${name}/node-1:${name}:80`;

async function run(name: string, ...args: readonly string[]): Promise<string> {
  const options = ['--detach', '--name', name, '--env', `SERVICE_NAME=${name}`, '--publish', '80'];
  return dockerd.docker('run', ...options, ...args, image, 'sleep', '3600');
}

/** A container that does `then` on a signal, and otherwise goes on. */
async function runTrapping(name: string, signal: string, then: string): Promise<string> {
  const script = `trap '${then}' ${signal}; touch /ready; while true; do sleep 0.1; done`;
  const options = ['--detach', '--name', name, '--env', `SERVICE_NAME=${name}`, '--publish', '80'];
  const id = await dockerd.docker('run', ...options, image, 'sh', '-c', script);
  await patiently('the trap is set', () => dockerd.docker('exec', name, 'test', '-f', '/ready'));
  return id;
}

async function hostPort(name: string): Promise<number> {
  return Number((await dockerd.docker('port', name, '80/tcp')).split('\n')[0]?.split(':').at(-1));
}

describe('a registrar on real etcd and Docker', () => {
  it('registers a container that starts, where it is published, and removes it when it dies', async () => {
    await launchReady();
    await run('web');
    await untilRecords('web');
    const port = await hostPort('web');
    expect(await recordsOf(store)).toEqual({ [keyOf('web')]: `{"host":"10.0.0.5","port":${port},"ttl":60}` });
    await dockerd.docker('kill', 'web');
    await untilRecords();
  });

  it("registers the containers' own addresses with -internal", async () => {
    await launchReady({ internal: true });
    await run('web');
    await untilRecords('web');
    const address = await dockerd.docker('inspect', '-f', '{{.NetworkSettings.Networks.bridge.IPAddress}}', 'web');
    expect(address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(await recordsOf(store)).toEqual({ [keyOf('web')]: `{"host":"${address}","port":80,"ttl":60}` });
  });

  it('reaches the truth after its events were cut off while containers came and went', async () => {
    const agent = await launchReady();
    await run('web');
    await untilRecords('web');
    link.refuse();
    await dockerd.docker('kill', 'web');
    await run('api');
    await patiently('the reason', () => expect(agent.readiness().join()).toContain('are not followed'));
    expect(Object.keys(await recordsOf(store))).toEqual([keyOf('web')]);
    link.heal();
    await untilRecords('api');
    await untilReady(agent);
  });

  it('has a container that restarts by itself registered again', async () => {
    await launchReady();
    await run('web', '--restart', 'always');
    await untilRecords('web');
    const before = await store.get(keyOf('web'));
    await dockerd.docker('restart', '--time', '0', 'web');
    await patiently('the new record', async () => {
      expect((await store.get(keyOf('web')))?.createRevision).toBeGreaterThan(before?.createRevision ?? Infinity);
    });
    const port = await hostPort('web');
    await patiently('the new port', async () => {
      expect(await recordsOf(store)).toEqual({ [keyOf('web')]: `{"host":"10.0.0.5","port":${port},"ttl":60}` });
    });
  });

  it('is stopped with keep and started again without a record being deleted', async () => {
    const first = await launchReady({ onStop: 'keep' });
    await run('web');
    await run('api');
    await untilRecords('api', 'web');
    const lease = (await store.get(keyOf('web')))?.lease;
    const watch = await watchRecords(store);
    await stop(first);
    await dockerd.docker('kill', 'api');
    await launchReady();
    await untilRecords('web');
    expect(await watch.changes()).toEqual([`delete ${keyOf('api')}`]);
    expect((await store.get(keyOf('web')))?.lease).toBe(lease);
    watch.stop();
  });

  it('writes everything again under a new lease when its lease is revoked by hand', async () => {
    const agent = await launchReady();
    await run('web');
    await untilRecords('web');
    const lease = (await store.get(keyOf('web')))?.lease ?? '';
    await etcd.etcdctl('lease', 'revoke', BigInt(lease).toString(16));
    await untilRecords('web');
    expect((await store.get(keyOf('web')))?.lease).not.toBe(lease);
    await untilReady(agent);
  });

  it('leaves a key that somebody else has written, and says so', async () => {
    const theirs = '{"host":"192.0.2.1","port":1}';
    await etcd.etcdctl('put', keyOf('web'), theirs);
    const agent = await launchReady();
    await run('web');
    await run('api');
    await untilRecords('api', 'web');
    await patiently('the conflict', () => {
      expect(agent.debug['conflicts']?.()).toEqual([{ key: keyOf('web'), holder: 'an entry without a lease' }]);
    });
    await dockerd.docker('kill', 'web', 'api');
    await untilRecords('web');
    await stop(agent);
    expect(await recordsOf(store)).toEqual({ [keyOf('web')]: theirs });
  });

  it('writes hundreds of records, more than one transaction holds, on one lease', async () => {
    await launchReady({ internal: true });
    const ports = Array.from({ length: 600 }, (_, index) => `--expose=${10_000 + index}`);
    await run('web', ...ports);
    await patiently('the records', async () => expect(Object.keys(await recordsOf(store))).toHaveLength(601));
    const lease = (await store.get(CLAIM))?.lease ?? '';
    expect((await store.inspectLease(lease))?.keys).toHaveLength(602);
    await dockerd.docker('rm', '-f', 'web');
    await untilRecords();
  });

  it('goes on by itself after etcd was killed and started again', async () => {
    const agent = await launchReady();
    await run('web');
    await untilRecords('web');
    const lease = (await store.get(keyOf('web')))?.lease;
    await etcd.kill();
    await dockerd.docker('kill', 'web');
    await run('api');
    await patiently('the reason', () => expect(agent.readiness()).not.toEqual([]));
    await etcd.restart();
    await untilRecords('api');
    await untilReady(agent);
    expect((await store.get(keyOf('api')))?.lease).toBe(lease);
  });

  it('writes everything again into an etcd that has forgotten everything', async () => {
    const agent = await launchReady({ ttlSeconds: 6 });
    await run('web');
    await untilRecords('web');
    await etcd.kill();
    await etcd.restartEmpty();
    await untilRecords('web');
    await untilReady(agent);
    expect(await store.get(CLAIM)).toBeDefined();
  });

  it('announces a container while its health checks succeed', async () => {
    const agent = await launchReady();
    const check = ['--health-cmd', 'test -f /healthy', '--health-interval', '500ms', '--health-retries', '1'];
    await run('web', ...check);
    const reason = (): string => JSON.stringify(agent.debug['containers']?.());
    await patiently('unhealthy', () => expect(reason()).toContain('container web is unhealthy'));
    expect(await recordsOf(store)).toEqual({});
    const watch = await watchRecords(store);
    await dockerd.docker('exec', 'web', 'touch', '/healthy');
    await untilRecords('web');
    await dockerd.docker('exec', 'web', 'rm', '/healthy');
    await untilRecords();
    await dockerd.docker('exec', 'web', 'touch', '/healthy');
    await untilRecords('web');
    expect(await watch.changes()).toEqual([`put ${keyOf('web')}`, `delete ${keyOf('web')}`, `put ${keyOf('web')}`]);
    watch.stop();
  });

  it('leaves a paused container out until it goes on', async () => {
    await launchReady();
    await run('web');
    await untilRecords('web');
    const watch = await watchRecords(store);
    await dockerd.docker('pause', 'web');
    await untilRecords();
    await dockerd.docker('unpause', 'web');
    await untilRecords('web');
    expect(await watch.changes()).toEqual([`delete ${keyOf('web')}`, `put ${keyOf('web')}`]);
    watch.stop();
  });

  it('takes a container out when it is told to stop, while it still runs', async () => {
    await launchReady();
    await runTrapping('web', 'TERM', 'until test -f /done; do sleep 0.1; done; exit 0');
    await untilRecords('web');
    const stopped = dockerd.docker('stop', '--time', '600', 'web');
    await untilRecords();
    expect(await dockerd.docker('inspect', '-f', '{{.State.Running}}', 'web')).toBe('true');
    await dockerd.docker('exec', 'web', 'touch', '/done');
    await stopped;
    await dockerd.docker('start', 'web');
    await untilRecords('web');
  });

  it('takes a container back that was told to stop and goes on', async () => {
    const clock = createManualClock(Date.now());
    await launchReady({ drainSeconds: 30 }, clock);
    await runTrapping('web', 'TERM', 'touch /heard');
    await untilRecords('web');
    const watch = await watchRecords(store);
    await dockerd.docker('kill', '--signal', 'TERM', 'web');
    await untilRecords();
    await clock.advance(30_000);
    await untilRecords('web');
    expect(await watch.changes()).toEqual([`delete ${keyOf('web')}`, `put ${keyOf('web')}`]);
    watch.stop();
  });

  it('writes nothing when a container is told to reload', async () => {
    await launchReady();
    await runTrapping('web', 'HUP', 'touch /reloaded');
    await untilRecords('web');
    const watch = await watchRecords(store);
    await dockerd.docker('kill', '--signal', 'HUP', 'web');
    await patiently('it has reloaded', () => dockerd.docker('exec', 'web', 'test', '-f', '/reloaded'));
    await run('api');
    await untilRecords('api', 'web');
    expect(await watch.changes()).toEqual([`put ${keyOf('api')}`]);
    watch.stop();
  });
});
