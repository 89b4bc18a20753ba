import { createManualClock, type ManualClock } from '@wharf/agent';
import { createMemoryKeyStore, type MemoryKeyStore } from '@wharf/etcd-client';
import { eventually } from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConsulLayout } from '../records/consul-layout.ts';
import { createSkydnsLayout } from '../records/skydns-layout.ts';
import type { Registry } from '../registries/registry.ts';
import { startFakeConsul } from '../testing/fake-consul.ts';
import { createLogBook, harness } from '../testing/registry-harness.ts';
import { layoutRules, sketchService } from '../testing/service.ts';
import { createUnreliableStore } from '../testing/unreliable-store.ts';
import { createConsulAgent } from './consul-agent.ts';
import { createDryRunRegistry, type DryRunOptions } from './dry-run-registry.ts';
import { createKeyStoreRegistry } from './key-store-registry.ts';
import { lookAtConsul, lookAtKeyStore } from './look-at-registry.ts';

const layout = createSkydnsLayout(['local'], layoutRules);

let clock: ManualClock;
let store: MemoryKeyStore;
let running: Registry[];

beforeEach(() => {
  clock = createManualClock(1_000_000);
  store = createMemoryKeyStore({ clock });
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((registry) => registry.stop('keep')));
  await store.close();
});

function launch(registry: Registry): ReturnType<typeof harness> {
  running.push(registry);
  return harness(registry);
}

function dryRun(look: DryRunOptions['look']) {
  const { log, lines } = createLogBook();
  const registry = createDryRunRegistry({ log, clock, random: () => 0.5, description: 'the store', layout, look });
  return Object.assign(launch(registry), { registry, lines });
}

function dryRunOfStore() {
  return dryRun((desired) => lookAtKeyStore(store, 'node-1', desired));
}

async function untilReady(registry: Registry): Promise<void> {
  await eventually('ready', () => expect(registry.readiness()).toEqual([]));
}

async function put(key: string, value: string, lease?: string): Promise<void> {
  const owner = lease === undefined ? {} : { lease };
  await store.transact({ guards: [], operations: [{ type: 'put', key, value, ...owner }] });
}

describe('createDryRunRegistry over a store of keys', () => {
  it('logs what it would register, with key and value, and writes nothing at all', async () => {
    const run = dryRunOfStore();
    const { revision } = store;
    run.want(new Map([['/skydns/local/web/1', '{"host":"10.0.0.5"}']]));
    await untilReady(run.registry);
    expect(run.lines).toEqual([
      String.raw`would register {"key":"/skydns/local/web/1","value":"{\"host\":\"10.0.0.5\"}"}`,
    ]);
    expect(run.reports).toEqual([{ scope: 'everything', applied: [] }]);
    await run.registry.stop('remove');
    expect(store.revision).toBe(revision);
    expect(await store.get('/wharf/registrar/node-1')).toBeUndefined();
  });

  it('says it again only when it has changed', async () => {
    const run = dryRunOfStore();
    const again = async (desired: Record<string, string>): Promise<readonly string[]> => {
      const before = run.reports.length;
      run.lines.length = 0;
      run.want(new Map(Object.entries(desired)));
      await eventually('another look', () => expect(run.reports.length).toBeGreaterThan(before));
      return run.lines.map((line) => line.split(' {')[0] ?? '');
    };
    expect(await again({ a: '1', b: '1' })).toEqual(['would register', 'would register']);
    expect(await again({ a: '1', b: '1' })).toEqual([]);
    expect(await again({ a: '2', b: '1' })).toEqual(['would register']);
    expect(await again({})).toEqual(['nothing would change']);
    expect(await again({})).toEqual([]);
    expect(await again({ a: '2' })).toEqual(['would register']);
  });

  it("compares with what this host's registrar has there, which goes on undisturbed", async () => {
    const { log } = createLogBook();
    const real = createKeyStoreRegistry({
      log,
      clock,
      random: () => 0.5,
      store,
      layout,
      host: 'node-1',
      ttlSeconds: 60,
      identity: { instance: 'first', bootId: 'boot' },
    });
    launch(real).want(new Map(['/skydns/local/a', '/skydns/local/b', '/skydns/local/c'].map((key) => [key, '1'])));
    await untilReady(real);
    const { revision } = store;
    const run = dryRunOfStore();
    run.want(new Map(Object.entries({ '/skydns/local/a': '1', '/skydns/local/b': '2', '/skydns/local/d': '1' })));
    await untilReady(run.registry);
    expect(run.lines).toEqual([
      'would register {"key":"/skydns/local/b","value":"2"}',
      'would register {"key":"/skydns/local/d","value":"1"}',
      'would deregister {"key":"/skydns/local/c"}',
    ]);
    expect(run.registry.conflicts()).toEqual([]);
    expect(store.revision).toBe(revision);
    expect(real.readiness()).toEqual([]);
  });

  it('reports keys of others, as conflicts and not as operations', async () => {
    const { id } = await store.grantLease(60);
    await put('/skydns/local/a', 'theirs', id);
    await put('/skydns/local/b', 'by hand');
    const run = dryRunOfStore();
    run.want(new Map(Object.entries({ '/skydns/local/a': '1', '/skydns/local/b': '1' })));
    await untilReady(run.registry);
    expect(run.registry.conflicts()).toEqual([
      { key: '/skydns/local/a', holder: `lease ${BigInt(id).toString(16)}` },
      { key: '/skydns/local/b', holder: 'an entry without a lease' },
    ]);
    expect(run.lines).toHaveLength(2);
    expect(run.lines.join('\n')).not.toContain('would register');
  });

  it('is not ready while the store is away, and looks again', async () => {
    const link = createUnreliableStore(store);
    link.cut();
    const run = dryRun((desired) => lookAtKeyStore(link, 'node-1', desired));
    run.want(new Map([['a', '1']]));
    await eventually('the reason', () =>
      expect(run.registry.readiness().join()).toContain('the link to the store is cut'),
    );
    await expect(run.registry.probe()).rejects.toThrow('cut');
    link.heal();
    await eventually('ready', async () => {
      await clock.advance(10_000);
      expect(run.registry.readiness()).toEqual([]);
    });
  });
});

describe("createDryRunRegistry over Consul's agent", () => {
  it('logs what it would register and deregister, and calls nothing that writes', async () => {
    const consul = await startFakeConsul();
    const rules = { host: 'node-1', cleanup: true };
    const agent = createConsulAgent({ endpoint: consul.endpoint, token: undefined });
    consul.services.set('node-1:old:80', { ID: 'node-1:old:80', Name: 'old' }).set('db', { ID: 'db', Name: 'db' });
    const run = dryRun((desired) => lookAtConsul(agent, rules, desired));
    const entries = ['web', 'db'].flatMap((id) => {
      const written = createConsulLayout('node-1', layoutRules).toEntries(sketchService({ id }));
      return written.ok ? written.value.entries : [];
    });
    run.want(new Map(entries.map(({ key, value }) => [key, value])));
    await untilReady(run.registry);
    expect(run.lines).toEqual([
      expect.stringMatching(/^would register \{"key":"web",/),
      'would deregister {"key":"node-1:old:80"}',
      expect.stringMatching(/would be left alone \{"key":"db"/),
    ]);
    await run.registry.stop('remove');
    expect(consul.writes).toEqual([]);
    agent.close();
    await consul.close();
  });
});
