import { type Agent, createManualClock, Registry, silentLogger } from '@wharf/agent';
import type { ContainerEvent, DockerEngine } from '@wharf/docker-watcher';
import { createMemoryKeyStore } from '@wharf/etcd-client';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRegistrar } from './app.ts';
import { type RegistrarConfig, registrarDefaults } from './config.ts';
import { createKeyStoreRegistry } from './io/key-store-registry.ts';
import { listContainers } from './io/list-containers.ts';
import { createSkydnsLayout } from './records/skydns-layout.ts';
import { createContainerBook } from './sync/container-book.ts';
import { type ContainerSketch, idOf } from './testing/container.ts';
import { recordsOf } from './testing/records-of.ts';
import { createScriptedEngine } from './testing/scripted-engine.ts';
import { createUnreliableStore } from './testing/unreliable-store.ts';

const CLAIM = '/wharf/registrar/node-1';
/** The key of the containers with `SERVICE_ID=shared`, and the one that `c0` has by its own ID. */
const CONTESTED = ['/skydns/local/web/shared', '/skydns/local/web/node-1:c0:80'];
const THEIRS = '{"host":"192.0.2.1","port":1}';
/** Longer than any TTL, drain, back-off and resync: whatever was wrong in between is to be right then. */
const REST_MS = 240_000;
/** How many of the newest events an engine tells again to whoever subscribes. */
const REPLAYED = 3;

const layout = createSkydnsLayout(['local'], registrarDefaults);

/** What happens to the containers. */
type ContainerStep =
  | readonly ['run', ContainerSketch]
  | readonly ['end', { readonly exitCode: number; readonly remove: boolean }]
  | readonly ['signal', string]
  | readonly ['pause' | 'unpause']
  | readonly ['connect', string]
  | readonly ['rename', string];

/** What happens to everything else. */
type WorldStep =
  | readonly ['wait' | 'let turns pass', number]
  | readonly ['jump', number]
  | readonly ['host', string]
  | readonly ['take' | 'free' | 'delete', string]
  | readonly [
      | 'hold inspections'
      | 'answer inspections'
      | 'engine goes away'
      | 'engine comes back'
      | 'cut link'
      | 'lose answers'
      | 'delay transactions'
      | 'deliver transactions'
      | 'hold changes'
      | 'heal link'
      | 'revoke lease'
      | 'stop and start'
      | 'kill and start',
    ];

type Step =
  | { readonly name: string; readonly step: ContainerStep }
  | { readonly name?: undefined; readonly step: WorldStep | readonly ['rest'] };

const sketches = fc.record<ContainerSketch>({
  ports: fc.constantFrom(['8080:80'], ['9090:80'], ['8080:80', '8081:81'], ['80'], []),
  networkMode: fc.constantFrom('bridge', 'bridge', 'bridge', 'host', `container:${idOf('c0')}`, 'container:c1'),
  networks: fc.constantFrom<Record<string, string>>({ bridge: '172.17.0.2' }, { bridge: '172.17.0.3' }, {}),
  labels: fc.constantFrom<Record<string, string>>(
    {},
    { SERVICE_ID: 'shared' },
    { SERVICE_80_ID: 'node-1:c0:80' },
    { SERVICE_81_ID: 'node-1:c0:80' },
  ),
});

const containerSteps: fc.Arbitrary<ContainerStep> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('run' as const), sketches) },
  {
    weight: 4,
    arbitrary: fc.tuple(
      fc.constant('end' as const),
      fc.record({ exitCode: fc.constantFrom(0, 1), remove: fc.boolean() }),
    ),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constant('signal' as const), fc.constantFrom('15', '9', '1')) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom('pause' as const, 'unpause' as const)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('connect' as const), fc.constantFrom('10.1.0.7', '10.1.0.8')) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('rename' as const), fc.constantFrom('c1', 'd0', 'd1')) },
);

const worldSteps: fc.Arbitrary<WorldStep> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('wait' as const), fc.constantFrom(0, 10, 1_000, 15_000, 70_000)) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('let turns pass' as const), fc.integer({ min: 1, max: 30 })) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('jump' as const), fc.constantFrom(-3_600_000, 3_600_000)) },
  {
    weight: 9,
    arbitrary: fc.tuple(
      fc.constantFrom(
        'hold inspections' as const,
        'answer inspections' as const,
        'engine goes away' as const,
        'engine comes back' as const,
        'cut link' as const,
        'lose answers' as const,
        'delay transactions' as const,
        'deliver transactions' as const,
        'hold changes' as const,
        'heal link' as const,
        'revoke lease' as const,
        'stop and start' as const,
        'kill and start' as const,
      ),
    ),
  },
);

/** What only a look at everything shows. */
const tampering: fc.Arbitrary<WorldStep> = fc.oneof(
  fc.tuple(fc.constant('host' as const), fc.constantFrom('192.0.2.7', '192.0.2.8')),
  fc.tuple(fc.constantFrom('take' as const, 'free' as const, 'delete' as const), fc.constantFrom(...CONTESTED)),
);

const settings = fc.record({
  internal: fc.boolean(),
  deregister: fc.constantFrom('always' as const, 'on-success' as const),
  onStop: fc.constantFrom('keep' as const, 'remove' as const),
});

const aboutContainers: fc.Arbitrary<Step> = fc.record({
  name: fc.constantFrom('c0', 'c1', 'c2', 'c3'),
  step: containerSteps,
});
const aboutTheWorld: fc.Arbitrary<Step> = fc.record({
  step: fc.oneof({ weight: 16, arbitrary: worldSteps }, { weight: 1, arbitrary: fc.constant(['rest'] as const) }),
});
const meddling: fc.Arbitrary<Step> = fc.record({ step: tampering });

describe('whatever happens in whatever order', () => {
  it.each([
    ['with resyncs, while others meddle', 60, fc.oneof(aboutContainers, aboutTheWorld, meddling)],
    ['without resyncs', 0, fc.oneof(aboutContainers, aboutTheWorld)],
  ])('%s: at rest the store holds what follows from the containers', async (_how, resyncSeconds, steps) => {
    await fc.assert(
      fc.asyncProperty(settings, fc.array(steps, { maxLength: 40, size: 'max' }), async (chosen, script) => {
        const world = await createWorld({ ...chosen, resyncSeconds });
        const compare = async (): Promise<void> => {
          const { stored, wanted, reasons } = await world.rest();
          expect(stored).toEqual(wanted);
          expect(reasons).toEqual([]);
        };
        try {
          for (const { name, step } of script) {
            if (name !== undefined) world.takeOf(name, step);
            else if (step[0] === 'rest') await compare();
            else await world.take(step);
          }
          await compare();
        } finally {
          await world.end();
        }
      }),
      { numRuns: 200 },
    );
  });
});

async function createWorld(chosen: Partial<RegistrarConfig>) {
  const clock = createManualClock(Date.parse('2026-01-01T00:00:00Z'));
  const store = createMemoryKeyStore({ clock });
  const engine = createScriptedEngine(() => clock.wallMs());
  const config = { ...registrarDefaults, host: 'node-1', drainSeconds: 10, networks: ['second'], ...chosen };
  const present = new Set<string>();
  /** How many of each name have been removed: the next one has an ID of its own. */
  const removed = new Map<string, number>();
  const theirs = new Set<string>();
  const agents: Agent[] = [];
  let address = '192.0.2.7';
  let link = createUnreliableStore(store);

  const launch = async (): Promise<void> => {
    const context = { log: silentLogger, clock, random: () => 0.5, registry: new Registry() };
    const identity = { instance: `instance ${agents.length}`, bootId: 'boot' };
    const services = createKeyStoreRegistry({ ...context, ...config, store: link, layout, identity });
    const none = async (): Promise<undefined> => undefined;
    const addresses = { clock, resolve: async () => [address], routed: none, within: none };
    const agent = createRegistrar(config, { ...context, services, engine: replaying(engine), addresses });
    agents.push(agent);
    await agent.start();
  };

  const aboutContainer = (name: string, step: ContainerStep): void => {
    if (step[0] === 'run') {
      present.add(name);
      const earlier = removed.get(name) ?? 0;
      engine.run({ ...step[1], name, id: idOf(earlier === 0 ? name : `${name} after ${earlier}`) });
    } else if (!present.has(name)) return;
    else if (step[0] === 'end') {
      engine.end(name, step[1]);
      if (!step[1].remove) return;
      present.delete(name);
      removed.set(name, (removed.get(name) ?? 0) + 1);
    } else if (step[0] === 'signal') engine.signal(name, step[1]);
    else if (step[0] === 'connect') engine.connect(name, { name: 'second', ipv4: step[1] });
    else if (step[0] === 'rename') engine.rename(name, step[1]);
    else engine.change(name, step[0], { paused: step[0] === 'pause' });
  };

  const meddle = async (what: 'take' | 'free' | 'delete', key: string): Promise<void> => {
    if (what === 'take') theirs.add(key);
    else if (theirs.has(key) !== (what === 'free')) return;
    else theirs.delete(key);
    const operation = what === 'take' ? { type: 'put' as const, key, value: THEIRS } : { type: 'delete' as const, key };
    await store.transact({ guards: [], operations: [operation] });
  };

  const rest = async () => {
    engine.answer();
    engine.comeBack();
    link.heal();
    await clock.advance(90_000);
    await link.deliver();
    await clock.advance(REST_MS);
    const book = createContainerBook(
      { name: config.host, addresses: { ipv4: address } },
      { rules: config, layout, deregister: config.deregister, drainSeconds: config.drainSeconds },
    );
    book.replaceAll(await listContainers(engine, silentLogger), 0);
    const wanted = new Map(book.desired(0)?.records);
    for (const key of theirs) wanted.set(key, THEIRS);
    const reasons = agents.at(-1)?.readiness();
    return { stored: await recordsOf(store), wanted: Object.fromEntries(wanted), reasons };
  };

  const aboutWorld = async (step: WorldStep): Promise<void> => {
    switch (step[0]) {
      case 'wait':
        return clock.advance(step[1]);
      case 'let turns pass':
        for (let turn = 0; turn < step[1]; turn++) await Promise.resolve();
        return;
      case 'jump':
        return clock.jumpWall(step[1]);
      case 'host':
        address = step[1];
        return;
      case 'take':
      case 'free':
      case 'delete':
        return meddle(step[0], step[1]);
      case 'hold inspections':
        engine.answer();
        return engine.holdInspections();
      case 'answer inspections':
        return engine.answer();
      case 'engine goes away':
        return engine.goAway();
      case 'engine comes back':
        return engine.comeBack();
      case 'cut link':
        return link.cut();
      case 'lose answers':
        return link.loseAnswers();
      case 'delay transactions':
        return link.delayTransactions();
      case 'deliver transactions':
        return link.deliver();
      case 'hold changes':
        return link.holdChanges();
      case 'heal link':
        return link.heal();
      case 'revoke lease': {
        const lease = (await store.get(CLAIM))?.lease;
        return lease === undefined ? undefined : store.revokeLease(lease);
      }
      case 'stop and start':
        await agents.at(-1)?.stop();
        link = createUnreliableStore(store);
        return launch();
      case 'kill and start':
        link.cut();
        link = createUnreliableStore(store);
        return launch();
    }
  };

  await launch();
  return {
    /** Mends everything, lets time pass, and looks: `wanted` is worked out anew from what the engine shows. */
    rest,
    take: aboutWorld,
    takeOf: aboutContainer,
    async end() {
      await Promise.all(agents.map((agent) => agent.stop()));
      await store.close();
    },
  };
}

/** Engines tell the newest events again to whoever subscribes. */
function replaying(engine: DockerEngine): DockerEngine {
  let newest: ContainerEvent[] = [];
  return {
    ...engine,
    events: (listener) =>
      engine.events({
        ...listener,
        onOpen() {
          listener.onOpen();
          for (const event of newest) listener.onEvent(event);
        },
        onEvent(event) {
          newest = [...newest, event].slice(-REPLAYED);
          listener.onEvent(event);
        },
      }),
  };
}
