import { type Agent, Registry, silentLogger, systemClock } from '@wharf/agent';
import { createDockerEngine, type DockerEngine } from '@wharf/docker-watcher';
import { createMemoryKeyStore, type KeyStore } from '@wharf/etcd-client';
import { eventually, type FakeEngine, startFakeEngine } from '@wharf/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { createRegistrar } from './app.ts';
import { type RegistrarConfig, registrarDefaults } from './config.ts';
import { createKeyStoreRegistry } from './io/key-store-registry.ts';
import { createSkydnsLayout } from './records/skydns-layout.ts';
import { recordsOf } from './testing/records-of.ts';

const WEB = '/skydns/local/web/node-1:web:80';

describe('a registrar with engines from API 1.40 to 1.52', () => {
  const cleanup: (() => unknown)[] = [];

  afterEach(async () => {
    for (const undo of cleanup.splice(0).toReversed()) await undo();
  });

  async function launch(apiVersion: string, more: Partial<RegistrarConfig> = {}) {
    const fake = await startFakeEngine({ apiVersion });
    cleanup.push(() => fake.close());
    const engine = createDockerEngine({ dockerHost: `unix://${fake.socketPath}`, keepInspected: true });
    cleanup.push(() => engine.close());
    const store = createMemoryKeyStore({ clock: systemClock });
    cleanup.push(() => store.close());
    fake.add({ name: 'web', labels: { SERVICE_NAME: 'web' }, ports: ['8080:80'], health: 'healthy' });
    const agent = createAgent(engine, store, more);
    await agent.start();
    cleanup.push(() => agent.stop());
    return { fake, store, engine };
  }

  function createAgent(engine: DockerEngine, store: KeyStore, more: Partial<RegistrarConfig>): Agent {
    const config = { ...registrarDefaults, host: 'node-1', ip: { ipv4: '10.0.0.5' }, ...more };
    const context = { log: silentLogger, clock: systemClock, random: Math.random, registry: new Registry() };
    const layout = createSkydnsLayout(['local'], config);
    const services = createKeyStoreRegistry({ ...context, ...config, store, layout });
    return createRegistrar(config, { ...context, services, engine });
  }

  const untilKeys = (store: KeyStore, ...keys: readonly string[]): Promise<void> =>
    eventually('the records', async () => expect(Object.keys(await recordsOf(store)).toSorted()).toEqual(keys));

  async function liveThrough(fake: FakeEngine, store: KeyStore): Promise<void> {
    fake.run({ name: 'api', labels: { SERVICE_NAME: 'api' }, ports: ['9090:90'] });
    await untilKeys(store, '/skydns/local/api/node-1:api:90', WEB);
    fake.healthStatus('web', 'unhealthy');
    await untilKeys(store, '/skydns/local/api/node-1:api:90');
    fake.healthStatus('web', 'healthy');
    await untilKeys(store, '/skydns/local/api/node-1:api:90', WEB);
    fake.rename('api', 'gate');
    await untilKeys(store, '/skydns/local/api/node-1:gate:90', WEB);
    fake.pause('gate');
    await untilKeys(store, WEB);
    fake.unpause('gate');
    await untilKeys(store, '/skydns/local/api/node-1:gate:90', WEB);
    fake.die('web', 1);
    await untilKeys(store, '/skydns/local/api/node-1:gate:90');
    fake.destroy('gate');
    await untilKeys(store);
  }

  it.each(['1.40', '1.43', '1.44', '1.51', '1.52'])('follows one that speaks %s', async (apiVersion) => {
    const { fake, store, engine } = await launch(apiVersion);
    await untilKeys(store, WEB);
    expect((await engine.version()).apiVersion).toBe(apiVersion);
    await liveThrough(fake, store);
  });

  it.each(['1.40', '1.52'])("finds a container's own address in what %s shows", async (apiVersion) => {
    const { store, engine } = await launch(apiVersion, { internal: true });
    await untilKeys(store, WEB);
    const [id = ''] = await engine.list();
    const address = (await engine.inspect(id))?.networks[0]?.ipv4 ?? '';
    expect(address).toMatch(/^172\./);
    expect((await recordsOf(store))[WEB]).toBe(JSON.stringify({ host: address, port: 80, ttl: 60 }));
  });
});
