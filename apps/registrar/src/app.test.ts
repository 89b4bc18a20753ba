import { type Agent, createManualClock, type ManualClock, Registry, silentLogger } from '@wharf/agent';
import { createMemoryKeyStore, type KeyStore, type MemoryKeyStore } from '@wharf/etcd-client';
import { eventually } from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistrar, type RegistrarDependencies } from './app.ts';
import { type RegistrarConfig, registrarDefaults } from './config.ts';
import { createKeyStoreRegistry } from './io/key-store-registry.ts';
import { createSkydnsLayout } from './records/skydns-layout.ts';
import { recordsOf, watchRecords } from './testing/records-of.ts';
import { createScriptedEngine, type ScriptedEngine } from './testing/scripted-engine.ts';
import { createUnreliableStore } from './testing/unreliable-store.ts';

const WEB = '/skydns/local/web/node-1:web:80';
const CLAIM = '/wharf/registrar/node-1';

let clock: ManualClock;
let store: MemoryKeyStore;
let engine: ScriptedEngine;
let running: Agent[];
let registry: Registry;

beforeEach(() => {
  clock = createManualClock(Date.parse('2026-01-01T00:00:00Z'));
  store = createMemoryKeyStore({ clock });
  engine = createScriptedEngine(() => clock.wallMs());
  running = [];
  registry = new Registry();
});

afterEach(async () => {
  await Promise.all(running.map((agent) => agent.stop()));
  await store.close();
});

interface Launch {
  readonly stopAsked?: AbortSignal;
  readonly config?: Partial<RegistrarConfig>;
  readonly store?: KeyStore;
  readonly engine?: ScriptedEngine;
  readonly instance?: string;
  readonly bootId?: string;
  readonly addresses?: RegistrarDependencies['addresses'];
}

async function launch(launch: Launch = {}): Promise<Agent> {
  const { instance = 'first', bootId = 'boot-1' } = launch;
  const config = { ...registrarDefaults, host: 'node-1', ip: { ipv4: '10.0.0.5' }, ...launch.config };
  const context = { log: silentLogger, clock, random: () => 0.5, registry };
  const services = createKeyStoreRegistry({
    ...context,
    store: launch.store ?? store,
    layout: createSkydnsLayout(['local'], config),
    host: config.host,
    ttlSeconds: config.ttlSeconds,
    identity: { instance, bootId },
  });
  const agent = createRegistrar(config, {
    ...context,
    services,
    engine: launch.engine ?? engine,
    ...(launch.addresses === undefined ? {} : { addresses: launch.addresses }),
  });
  await agent.start(launch.stopAsked);
  running.push(agent);
  return agent;
}

async function stop(agent: Agent): Promise<void> {
  running = running.filter((other) => other !== agent);
  await agent.stop();
}

async function untilReady(agent: Agent): Promise<void> {
  await eventually('ready', () => expect(agent.readiness()).toEqual([]));
}

async function untilRecords(...keys: readonly string[]): Promise<void> {
  await eventually('the records', async () => expect(Object.keys(await recordsOf(store))).toEqual(keys));
}

async function untilNotReady(agent: Agent, reason: RegExp): Promise<void> {
  await eventually('the reason', () => expect(agent.readiness().join('\n')).toMatch(reason));
}

async function metric(name: string): Promise<number | undefined> {
  const { values } = (await registry.getSingleMetric(`wharf_registrar_${name}`)?.get()) ?? { values: [] };
  return values[0]?.value;
}

describe('a registrar', () => {
  it('registers what runs when it starts, and follows starts and ends with no time passing', async () => {
    engine.run();
    const agent = await launch();
    await untilReady(agent);
    expect(await recordsOf(store)).toEqual({ [WEB]: '{"host":"10.0.0.5","port":8080,"ttl":60}' });
    engine.run({ name: 'api', ports: ['9090:90'] });
    await untilRecords('/skydns/local/web/node-1:api:90', WEB);
    engine.end('web');
    await untilRecords('/skydns/local/web/node-1:api:90');
    expect(clock.monotonicMs()).toBe(0);
  });

  it('keeps all its records on one lease, its claim included', async () => {
    engine.run();
    engine.run({ name: 'api', ports: ['9090:90'] });
    await untilReady(await launch());
    const claim = await store.get(CLAIM);
    const state = await store.inspectLease(claim?.lease ?? '');
    expect(state?.keys.toSorted()).toEqual(['/skydns/local/web/node-1:api:90', WEB, CLAIM]);
    expect(state?.grantedSeconds).toBe(60);
  });

  it('writes nothing while nothing changes', async () => {
    engine.run();
    await untilReady(await launch());
    const { revision } = store;
    const { listings } = engine;
    await clock.advance(600_000);
    expect(store.revision).toBe(revision);
    expect(engine.listings).toBeGreaterThan(listings + 5);
    expect(Object.keys(await recordsOf(store))).toEqual([WEB]);
  });

  it('finds what no event told of when it looks again', async () => {
    engine.run();
    await untilReady(await launch());
    engine.end('web', { unseen: true });
    await clock.advance(60_000);
    await untilRecords();
    expect(await metric('event_gaps_total')).toBe(0);
  });

  it('announces a container on the network it prefers, as soon as that is connected', async () => {
    engine.run({ networks: { bridge: '172.17.0.2' } });
    await untilReady(await launch({ config: { internal: true, networks: ['second'] } }));
    expect((await store.get(WEB))?.value).toContain('"172.17.0.2"');
    engine.connect('web', { name: 'second', ipv4: '10.1.0.7' });
    await eventually('the other address', async () => expect((await store.get(WEB))?.value).toContain('"10.1.0.7"'));
    expect(clock.monotonicMs()).toBe(0);
  });

  it("follows the host's own address, and keeps it while the resolver does not answer", async () => {
    let answer = (): Promise<readonly string[]> => Promise.resolve(['192.0.2.1']);
    const routed = (family: string) => Promise.resolve(family === 'ipv4' ? '192.0.2.2' : undefined);
    const addresses = { clock, resolve: () => answer(), routed, within: async () => undefined };
    engine.run();
    const agent = await launch({ config: { ip: {} }, addresses });
    await untilReady(agent);
    expect((await store.get(WEB))?.value).toContain('192.0.2.1');
    const watch = await watchRecords(store);
    answer = () => Promise.reject(new Error('the resolver is away'));
    await clock.advance(120_000);
    expect(await watch.changes()).toEqual([]);
    answer = () => Promise.resolve(['192.0.2.3']);
    await clock.advance(60_000);
    await eventually('the new address', async () => expect((await store.get(WEB))?.value).toContain('192.0.2.3'));
    watch.stop();
  });

  it('keeps the records while the engine is away, says so, and is right again afterwards', async () => {
    engine.run();
    engine.run({ name: 'api' });
    const agent = await launch();
    await untilReady(agent);
    engine.goAway();
    engine.end('web', { unseen: true });
    await untilNotReady(agent, /scripted engine are not followed, and records stay as they are/);
    await clock.advance(300_000);
    expect(Object.keys(await recordsOf(store))).toHaveLength(2);
    engine.comeBack();
    await clock.advance(20_000);
    await untilRecords('/skydns/local/web/node-1:api:80');
    await untilReady(agent);
    expect(await metric('event_gaps_total')).toBe(1);
  });

  it('writes everything again at once when its lease is revoked by hand', async () => {
    engine.run();
    const agent = await launch();
    await untilReady(agent);
    const lease = (await store.get(WEB))?.lease ?? '';
    await store.revokeLease(lease);
    await untilRecords(WEB);
    expect((await store.get(WEB))?.lease).not.toBe(lease);
    await untilReady(agent);
    expect(clock.monotonicMs()).toBe(0);
    expect(await metric('lease_losses_total')).toBe(1);
  });

  it('finds out by writing that its lease is gone, when no watch has told', async () => {
    const link = createUnreliableStore(store);
    engine.run();
    const agent = await launch({ store: link });
    await untilReady(agent);
    link.holdChanges();
    await store.revokeLease((await store.get(WEB))?.lease ?? '');
    engine.run({ name: 'api' });
    await untilRecords('/skydns/local/web/node-1:api:80', WEB);
    expect(clock.monotonicMs()).toBe(0);
  });

  it('puts back its claim and its record when somebody deletes them', async () => {
    engine.run();
    await untilReady(await launch());
    await store.transact({
      guards: [],
      operations: [
        { type: 'delete', key: CLAIM },
        { type: 'delete', key: WEB },
      ],
    });
    await untilRecords(WEB);
    await eventually('the claim', async () => expect(await store.get(CLAIM)).toBeDefined());
    expect(clock.monotonicMs()).toBe(0);
  });

  it('goes on after the store was away for longer than the TTL', async () => {
    const link = createUnreliableStore(store);
    engine.run();
    const agent = await launch({ store: link });
    await untilReady(agent);
    link.cut();
    engine.run({ name: 'api' });
    await untilNotReady(agent, /link to the store is cut/);
    await clock.advance(61_000);
    expect(await recordsOf(store)).toEqual({});
    link.heal();
    await clock.advance(30_000);
    await untilRecords('/skydns/local/web/node-1:api:80', WEB);
    await untilReady(agent);
  });

  it('is not misled when the answer to a transaction is lost', async () => {
    const link = createUnreliableStore(store);
    const agent = await launch({ store: link });
    await untilReady(agent);
    link.loseAnswers();
    engine.run();
    await untilRecords(WEB);
    await untilNotReady(agent, /the newest synchronisation failed/);
    engine.end('web');
    link.heal();
    await clock.advance(10_000);
    await untilRecords();
    await untilReady(agent);
    expect(agent.debug['conflicts']?.()).toEqual([]);
  });

  it('is not misled when the answer to an overwriting put is lost and the old value is wanted again', async () => {
    const link = createUnreliableStore(store);
    engine.run({ ports: ['8080:80'] });
    const agent = await launch({ store: link });
    await untilReady(agent);
    link.loseAnswers();
    engine.run({ ports: ['9090:80'] });
    await eventually('the other port', async () => expect((await store.get(WEB))?.value).toContain('9090'));
    await untilNotReady(agent, /the newest synchronisation failed/);
    engine.run({ ports: ['8080:80'] });
    link.heal();
    await clock.advance(10_000);
    await eventually('the first port', async () => expect((await store.get(WEB))?.value).toContain('8080'));
  });

  it('is not undone by a transaction that the store takes up long after it seemed to have failed', async () => {
    const link = createUnreliableStore(store);
    engine.run({ ports: ['8080:80'] });
    const agent = await launch({ store: link });
    await untilReady(agent);
    link.delayTransactions();
    engine.run({ ports: ['9090:80'] });
    engine.run({ name: 'api' });
    await untilNotReady(agent, /the newest synchronisation failed/);
    engine.run({ ports: ['8080:80'] });
    engine.end('api');
    link.heal();
    await clock.advance(10_000);
    await untilReady(agent);
    const before = await recordsOf(store);
    await link.deliver();
    await clock.advance(600_000);
    expect(await recordsOf(store)).toEqual(before);
    expect(before).toEqual({ [WEB]: '{"host":"10.0.0.5","port":8080,"ttl":60}' });
    expect(await metric('lease_losses_total')).toBe(0);
  });

  it('looks again, with the next change, at a key that somebody else was changing at the same time', async () => {
    let meddle = (): Promise<unknown> => Promise.resolve();
    const contested: KeyStore = {
      ...store,
      async get(key) {
        const entry = await store.get(key);
        if (key === WEB) await meddle();
        return entry;
      },
    };
    engine.run();
    await untilReady(await launch({ store: contested }));
    const lease = (await store.get(WEB))?.lease ?? '';
    await store.transact({ guards: [], operations: [{ type: 'delete', key: WEB }] });
    const meddled = Promise.withResolvers<void>();
    meddle = async () => {
      await store.transact({ guards: [], operations: [{ type: 'put', key: WEB, value: 'odd', lease }] });
      meddled.resolve();
    };
    engine.run({ ports: ['9090:80'] });
    await meddled.promise;
    meddle = () => Promise.resolve();
    await clock.advance(0);
    expect((await store.get(WEB))?.value).toBe('odd');
    engine.run({ name: 'api' });
    await eventually('the new port', async () => expect((await store.get(WEB))?.value).toContain('9090'));
    expect(clock.monotonicMs()).toBe(0);
  });

  it('looks at the store as soon as the link is back, even if nothing was to be written meanwhile', async () => {
    const link = createUnreliableStore(store);
    engine.run();
    const agent = await launch({ store: link, config: { resyncSeconds: 0 } });
    await untilReady(agent);
    link.cut();
    await store.transact({ guards: [], operations: [{ type: 'delete', key: WEB }] });
    link.heal();
    await clock.advance(15_000);
    await untilRecords(WEB);
    expect(agent.readiness()).toEqual([]);
  });
});

describe('a key that somebody else has', () => {
  const theirs = '{"host":"192.0.2.1","port":1}';
  const put = () => store.transact({ guards: [], operations: [{ type: 'put', key: WEB, value: theirs }] });

  it('is left alone and reported, while all others are registered, and taken when it is free', async () => {
    await put();
    engine.run();
    engine.run({ name: 'api' });
    const agent = await launch();
    await untilReady(agent);
    expect(await recordsOf(store)).toEqual({
      '/skydns/local/web/node-1:api:80': '{"host":"10.0.0.5","port":8080,"ttl":60}',
      [WEB]: theirs,
    });
    expect(agent.debug['conflicts']?.()).toEqual([{ key: WEB, holder: 'an entry without a lease' }]);
    expect(await metric('conflicts')).toBe(1);
    await store.transact({ guards: [], operations: [{ type: 'delete', key: WEB }] });
    await clock.advance(60_000);
    await eventually('the record', async () => expect((await store.get(WEB))?.value).toContain('10.0.0.5'));
    expect(agent.debug['conflicts']?.()).toEqual([]);
  });

  it('is left alone when it is taken from us, when our container ends, and when we stop', async () => {
    engine.run();
    const agent = await launch({ config: { onStop: 'remove' } });
    await untilReady(agent);
    await put();
    await clock.advance(60_000);
    await eventually('the conflict', () => expect(agent.debug['conflicts']?.()).toHaveLength(1));
    engine.end('web');
    await clock.advance(60_000);
    expect(agent.debug['conflicts']?.()).toEqual([]);
    await stop(agent);
    expect(await recordsOf(store)).toEqual({ [WEB]: theirs });
  });
});

describe('an orderly stop', () => {
  it('with -on-stop remove leaves nothing', async () => {
    engine.run();
    const agent = await launch({ config: { onStop: 'remove' } });
    await untilReady(agent);
    await stop(agent);
    expect(await recordsOf(store)).toEqual({});
    expect(await store.get(CLAIM)).toBeUndefined();
  });

  it('with -on-stop keep leaves the records for one TTL from the stop', async () => {
    engine.run();
    const agent = await launch();
    await untilReady(agent);
    await clock.advance(15_000);
    await stop(agent);
    await clock.advance(59_000);
    expect(Object.keys(await recordsOf(store))).toEqual([WEB]);
    await clock.advance(2_000);
    expect(await recordsOf(store)).toEqual({});
  });

  it('with -on-stop remove ends in good order although the store is away', async () => {
    const link = createUnreliableStore(store);
    engine.run();
    const first = await launch();
    await untilReady(first);
    await stop(first);
    const second = await launch({ store: link, instance: 'second', config: { ttlSeconds: 40, onStop: 'remove' } });
    await untilReady(second);
    link.cut();
    await stop(second);
    await clock.advance(60_000);
    expect(await recordsOf(store)).toEqual({});
  });

  it('leaves no timer behind', async () => {
    engine.run();
    const agent = await launch({ config: { onStop: 'remove' } });
    await untilReady(agent);
    await stop(agent);
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });
});

describe('a successor', () => {
  it('takes over lease and records without one being deleted, and mends what changed meanwhile', async () => {
    engine.run();
    engine.run({ name: 'api' });
    const first = await launch();
    await untilReady(first);
    const lease = (await store.get(WEB))?.lease;
    const watch = await watchRecords(store);
    await stop(first);
    await clock.advance(5_000);
    engine.end('api', { unseen: true });
    engine.run({ name: 'new' });
    const second = await launch({ instance: 'second' });
    await untilReady(second);
    expect(await watch.changes()).toEqual([
      'put /skydns/local/web/node-1:new:80',
      'delete /skydns/local/web/node-1:api:80',
    ]);
    expect((await store.get(WEB))?.lease).toBe(lease);
    watch.stop();
  });

  it('deletes nothing before it has seen the containers', async () => {
    engine.run();
    const first = await launch();
    await untilReady(first);
    await stop(first);
    engine.goAway();
    const second = await launch({ instance: 'second' });
    await untilNotReady(second, /not followed/);
    await clock.advance(120_000);
    expect(Object.keys(await recordsOf(store))).toEqual([WEB]);
    engine.comeBack();
    await clock.advance(20_000);
    await untilReady(second);
    expect(Object.keys(await recordsOf(store))).toEqual([WEB]);
  });

  it('with another TTL moves the records to a lease of its own, again without a delete', async () => {
    engine.run();
    const first = await launch();
    await untilReady(first);
    const watch = await watchRecords(store);
    await stop(first);
    await untilReady(await launch({ instance: 'second', config: { ttlSeconds: 40 } }));
    expect(await watch.changes()).toEqual([`put ${WEB}`]);
    expect((await store.get(WEB))?.value).toBe('{"host":"10.0.0.5","port":8080,"ttl":40}');
    await clock.advance(120_000);
    await untilRecords(WEB);
    watch.stop();
  });

  it('is not put off by a late word of how its predecessor ended', async () => {
    const link = createUnreliableStore(store);
    engine.run();
    const first = await launch();
    await untilReady(first);
    link.holdChanges();
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const slow: KeyStore = {
      ...link,
      async inspectLease(id) {
        asked.resolve();
        await answer.promise;
        return link.inspectLease(id);
      },
    };
    const second = await launch({ instance: 'second', store: slow });
    await asked.promise;
    await stop(first);
    answer.resolve();
    await untilReady(second);
    link.heal();
    await clock.advance(0);
    expect(second.readiness()).toEqual([]);
    expect(await metric('lease_losses_total')).toBe(0);
  });

  it('of the same boot takes over at once from a process that was killed', async () => {
    const link = createUnreliableStore(store);
    engine.run();
    await untilReady(await launch({ store: link }));
    link.cut();
    const watch = await watchRecords(store);
    await untilReady(await launch({ instance: 'second' }));
    expect(clock.monotonicMs()).toBe(0);
    await clock.advance(120_000);
    expect(await watch.changes()).toEqual([]);
    watch.stop();
  });
});

describe('two registrars with one host name', () => {
  it('on one machine: the newer one writes, the older one stands by, and takes up again when the newer one ends', async () => {
    engine.run();
    const older = await launch();
    await untilReady(older);
    const newer = await launch({ instance: 'second' });
    await untilReady(newer);
    await untilNotReady(older, /another process \(second\) keeps this host's records/);
    const { revision } = store;
    engine.run({ name: 'api' });
    await untilRecords('/skydns/local/web/node-1:api:80', WEB);
    expect(store.revision).toBe(revision + 1);
    await clock.advance(300_000);
    expect(store.revision).toBe(revision + 1);
    await stop(newer);
    await untilReady(older);
    await untilRecords('/skydns/local/web/node-1:api:80', WEB);
  });

  it('the older one takes up again when the newer one dies', async () => {
    const link = createUnreliableStore(store);
    engine.run();
    const older = await launch();
    await untilReady(older);
    await untilReady(await launch({ instance: 'second', store: link }));
    await untilNotReady(older, /another process/);
    const watch = await watchRecords(store);
    link.cut();
    await clock.advance(60_000);
    await untilReady(older);
    await untilRecords(WEB);
    expect(await watch.changes()).toEqual([]);
    watch.stop();
  });

  it('on two machines: the one that was there first writes for as long as it lives', async () => {
    const link = createUnreliableStore(store);
    const otherEngine = createScriptedEngine(() => clock.wallMs());
    otherEngine.run({ name: 'other' });
    engine.run();
    const first = await launch({ store: link });
    await untilReady(first);
    const second = await launch({ instance: 'second', bootId: 'boot-2', engine: otherEngine });
    await untilNotReady(second, /another process \(first\) keeps this host's records/);
    await clock.advance(600_000);
    await untilRecords(WEB);
    expect(first.readiness()).toEqual([]);
    link.cut();
    await clock.advance(70_000);
    await untilReady(second);
    await untilRecords('/skydns/local/web/node-1:other:80');
  });

  it('gives way to nobody when both have names of their own', async () => {
    engine.run();
    const first = await launch();
    const second = await launch({ instance: 'second', bootId: 'boot-2', config: { host: 'node-12' } });
    await untilReady(first);
    await untilReady(second);
    expect(Object.keys(await recordsOf(store))).toEqual([WEB, '/skydns/local/web/node-12:web:80'].toSorted());
  });
});

describe('options', () => {
  it('-deregister on-success keeps the records of a container that failed for the TTL', async () => {
    engine.run();
    engine.run({ name: 'good' });
    await untilReady(await launch({ config: { deregister: 'on-success' } }));
    engine.end('good', { exitCode: 0 });
    engine.end('web', { exitCode: 1, remove: true });
    await untilRecords(WEB);
    await clock.advance(59_000);
    expect(Object.keys(await recordsOf(store))).toEqual([WEB]);
    await clock.advance(1_000);
    await untilRecords();
  });

  it('-deregister on-success goes by the exit code of the end, not by the one that Podman puts into every event', async () => {
    engine.run();
    await untilReady(await launch({ config: { deregister: 'on-success' } }));
    engine.change('web', 'cleanup', { running: false, exitCode: 1 }, { containerExitCode: '0' });
    await eventually('seen', async () => expect(await metric('containers')).toBe(0));
    expect(Object.keys(await recordsOf(store))).toEqual([WEB]);
  });

  it('-deregister on-success does not keep the process busy when those records run out while the store is away', async () => {
    const link = createUnreliableStore(store);
    engine.run();
    const agent = await launch({ store: link, config: { deregister: 'on-success', resyncSeconds: 0 } });
    await untilReady(agent);
    engine.end('web', { exitCode: 1 });
    await clock.advance(30_000);
    link.cut();
    engine.run({ name: 'api' });
    await untilNotReady(agent, /the newest synchronisation failed/);
    await clock.advance(35_000);
    link.heal();
    await clock.advance(10_000);
    await untilRecords('/skydns/local/web/node-1:api:80');
    expect(agent.readiness()).toEqual([]);
  });

  it('-retry-attempts limits the attempts to reach the store at the start', async () => {
    const link = createUnreliableStore(store);
    link.cut();
    const started = launch({ store: link, config: { retryAttempts: 2, retryIntervalMs: 500 } });
    const failure = started.then(
      () => 'started',
      (error: Error) => error.message,
    );
    await clock.advance(10_000);
    expect(await failure).toContain('could not be reached in 3 attempts (-retry-attempts)');
  });

  it('a stop that is asked for during those attempts ends them', async () => {
    const link = createUnreliableStore(store);
    link.cut();
    const stopAsked = new AbortController();
    const config = { retryAttempts: 1_000_000, retryIntervalMs: 3_600_000 };
    const started = launch({ store: link, config, stopAsked: stopAsked.signal });
    await clock.advance(0);
    stopAsked.abort();
    const agent = await started;
    expect(agent.readiness()).not.toEqual([]);
  });

  it('without it, a store that is away at the start is waited for', async () => {
    const link = createUnreliableStore(store);
    link.cut();
    engine.run();
    const agent = await launch({ store: link });
    await clock.advance(600_000);
    expect(agent.readiness().join('\n')).toContain('link to the store is cut');
    link.heal();
    await clock.advance(30_000);
    await untilReady(agent);
    await untilRecords(WEB);
  });

  it('two containers with one SERVICE_ID: the one that started first has the key, and the other takes over', async () => {
    const labels = { SERVICE_NAME: 'db', SERVICE_ID: 'one' };
    engine.run({ name: 'old', labels, ports: ['1:80'] });
    engine.run({ name: 'new', labels, ports: ['2:80'], state: { startedAt: '2026-01-02T00:00:00.000000000Z' } });
    const agent = await launch();
    await untilReady(agent);
    expect(await recordsOf(store)).toMatchObject({ '/skydns/local/db/one': expect.stringContaining('"port":1,') });
    expect(await metric('conflicts')).toBe(1);
    engine.end('old');
    await eventually('the other', async () => {
      expect((await store.get('/skydns/local/db/one'))?.value).toContain('"port":2,');
    });
  });

  it('counts a conflict as soon as there is one, although nothing is to be written', async () => {
    const labels = { SERVICE_NAME: 'db', SERVICE_ID: 'one' };
    engine.run({ name: 'old', labels });
    await untilReady(await launch());
    engine.run({ name: 'new', labels });
    await eventually('the conflict', async () => expect(await metric('conflicts')).toBe(1));
    engine.end('new');
    await eventually('its end', async () => expect(await metric('conflicts')).toBe(0));
    expect(clock.monotonicMs()).toBe(0);
  });

  it('shows containers, and why a port is left out', async () => {
    engine.run({ ports: ['8080:80', '443'], environment: { SERVICE_TOKEN: 'secret' } });
    const agent = await launch();
    await untilReady(agent);
    expect(agent.debug['containers']?.()).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{12}$/),
        name: 'web',
        keys: [WEB],
        skipped: [{ port: '443/tcp', reason: expect.stringContaining('is not published on the host') }],
        warnings: [expect.stringContaining('without its attribute "token"')],
      },
    ]);
    expect(agent.debug['services']?.()).toMatchObject([{ address: '10.0.0.5', port: 8080, entries: [{ key: WEB }] }]);
    expect(JSON.stringify(agent.debug['services']?.())).not.toContain('secret');
    expect(await metric('skipped_ports')).toBe(1);
  });
});

describe('the life of a container', () => {
  const API = '/skydns/local/web/node-1:api:80';

  it('ends in the store before anybody has looked at the container', async () => {
    engine.run();
    await untilReady(await launch());
    engine.holdInspections();
    engine.end('web');
    await untilRecords();
    expect(await metric('containers')).toBe(0);
    engine.answer();
  });

  it('is not brought back by an inspection from before its end', async () => {
    engine.run();
    await untilReady(await launch());
    const watch = await watchRecords(store);
    engine.holdInspections();
    engine.change('web', 'rename', {});
    engine.end('web');
    await untilRecords();
    engine.answer();
    engine.run({ name: 'api' });
    await untilRecords(API);
    expect(await watch.changes()).toEqual([`delete ${WEB}`, `put ${API}`]);
    watch.stop();
  });

  it('is announced while it is healthy, with one write for each time that this changes', async () => {
    engine.run({ state: { health: 'starting' } });
    const agent = await launch();
    await untilReady(agent);
    expect(await recordsOf(store)).toEqual({});
    const watch = await watchRecords(store);
    const writes = [`put ${WEB}`, `delete ${WEB}`, `put ${WEB}`];
    for (const [index, health] of (['healthy', 'unhealthy', 'healthy'] as const).entries()) {
      engine.change('web', 'health_status', { health });
      engine.change('web', 'health_status', { health });
      await eventually('a write', async () => expect(await watch.changes()).toEqual(writes.slice(0, index + 1)));
      await clock.advance(0);
    }
    expect(await watch.changes()).toEqual(writes);
    watch.stop();
  });

  it('writes nothing for hundreds of health checks that change nothing', async () => {
    engine.run({ state: { health: 'healthy' } });
    const agent = await launch();
    await untilReady(agent);
    const { revision } = store;
    const syncs = await metric('syncs_total');
    for (let check = 0; check < 300; check++) engine.change('web', 'health_status', { health: 'healthy' });
    await clock.advance(0);
    expect(store.revision).toBe(revision);
    expect(await metric('syncs_total')).toBe(syncs);
  });

  it('is not announced while it is paused, unless -paused keep says so', async () => {
    engine.run();
    const agent = await launch();
    await untilReady(agent);
    engine.change('web', 'pause', { paused: true });
    await untilRecords();
    expect(agent.debug['containers']?.()).toMatchObject([{ skipped: [{ port: '*' }] }]);
    engine.change('web', 'unpause', { paused: false });
    await untilRecords(WEB);
    await stop(agent);
    await untilReady(await launch({ config: { paused: 'keep' } }));
    engine.change('web', 'pause', { paused: true });
    await clock.advance(0);
    await untilRecords(WEB);
  });

  it('goes from the store with the stop signal, and comes back if the container still runs after -drain', async () => {
    engine.run();
    const agent = await launch({ config: { drainSeconds: 30 } });
    await untilReady(agent);
    engine.holdInspections();
    engine.signal('web', '15');
    await untilRecords();
    engine.answer();
    await clock.advance(0);
    expect(agent.debug['containers']?.()).toMatchObject([
      { skipped: [{ reason: expect.stringContaining('is being stopped') }] },
    ]);
    expect(await metric('draining_containers')).toBe(1);
    await clock.advance(29_000);
    await untilRecords();
    await clock.advance(1_000);
    await untilRecords(WEB);
    expect(await metric('draining_containers')).toBe(0);
  });

  it('is not taken out a second time when the inspection that a stop signal led to comes after -drain', async () => {
    engine.run();
    const agent = await launch({ config: { drainSeconds: 30 } });
    await untilReady(agent);
    const watch = await watchRecords(store);
    engine.holdInspections();
    engine.signal('web', '15');
    await untilRecords();
    await clock.advance(30_000);
    await untilRecords(WEB);
    engine.answer();
    await clock.advance(0);
    expect(await watch.changes()).toEqual([`delete ${WEB}`, `put ${WEB}`]);
    watch.stop();
  });

  it('stays out for as long while the engine is listed anew', async () => {
    engine.run();
    await untilReady(await launch({ config: { drainSeconds: 300 } }));
    engine.signal('web', 'SIGTERM');
    await untilRecords();
    await clock.advance(200_000);
    expect(await recordsOf(store)).toEqual({});
  });

  it('is not touched by signals that mean something else', async () => {
    engine.run();
    await untilReady(await launch());
    const { revision } = store;
    for (const signal of ['1', 'SIGUSR1', '28', 'SIGWINCH']) engine.signal('web', signal);
    await clock.advance(0);
    expect(store.revision).toBe(revision);
  });

  it('is timed from the event to the key', async () => {
    await untilReady(await launch());
    engine.run();
    await untilRecords(WEB);
    engine.end('web');
    await untilRecords();
    const histogram = await registry.getSingleMetric('wharf_registrar_event_to_registered_seconds')?.get();
    const counts = histogram?.values.filter(
      (value) => 'metricName' in value && String(value.metricName).endsWith('_count'),
    );
    expect(counts).toMatchObject([
      { labels: { kind: 'put' }, value: 1 },
      { labels: { kind: 'delete' }, value: 1 },
    ]);
    expect(await metric('last_sync_timestamp_seconds')).toBe(clock.wallMs() / 1000);
  });
});
