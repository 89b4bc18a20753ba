import { createManualClock, type ManualClock } from '@wharf/agent';
import { eventually } from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConsulLayout } from '../records/consul-layout.ts';
import type { Registry } from '../registries/registry.ts';
import type { Service } from '../services/service.ts';
import { type FakeConsul, startFakeConsul } from '../testing/fake-consul.ts';
import { createLogBook, harness } from '../testing/registry-harness.ts';
import { layoutRules, sketchService } from '../testing/service.ts';
import { type ConsulAgent, createConsulAgent } from './consul-agent.ts';
import { createConsulRegistry } from './consul-registry.ts';

const WEB = 'node-1:web:80';
const API = 'node-1:api:80';
const layout = createConsulLayout('node-1', layoutRules);

let clock: ManualClock;
let consul: FakeConsul;
let closing: AsyncDisposableStack;

beforeEach(async () => {
  closing = new AsyncDisposableStack();
  clock = createManualClock(1_000_000);
  consul = await startFakeConsul({ token: 'secret' });
  closing.defer(() => consul.close());
});

afterEach(() => closing.disposeAsync());

function desire(...services: readonly Partial<Service>[]): ReadonlyMap<string, string> {
  const entries = services.flatMap((sketch) => {
    const written = layout.toEntries(sketchService(sketch));
    return written.ok ? written.value.entries : [];
  });
  return new Map(entries.map(({ key, value }) => [key, value]));
}

interface Launched {
  readonly registry: Registry;
  readonly agent: ConsulAgent;
  readonly lines: readonly string[];
}

function launch(
  options: { readonly token?: string; readonly cleanup?: boolean } = {},
): Launched & ReturnType<typeof harness> {
  const { token = 'secret', cleanup = false } = options;
  const { log, lines } = createLogBook();
  const agent = createConsulAgent({ endpoint: consul.endpoint, token, timeoutMs: 600_000 });
  const registry = createConsulRegistry({ log, clock, random: () => 0.5, agent, layout, host: 'node-1', cleanup });
  const started = harness(registry);
  closing.defer(() => agent.close());
  return Object.assign(started, { registry, agent, lines });
}

async function untilReady({ registry }: Launched): Promise<void> {
  await eventually('ready', () => expect(registry.readiness()).toEqual([]));
}

async function untilReports(run: ReturnType<typeof launch>, count: number): Promise<void> {
  await eventually('another synchronisation', () => expect(run.reports.length).toBeGreaterThanOrEqual(count));
}

describe('createConsulRegistry', () => {
  it('registers services with their checks, byte for byte as the layout has them', async () => {
    const attributes = new Map([['check_tcp', 'true']]);
    const desired = desire({ attributes, tags: ['a'] });
    const run = launch();
    run.want(desired);
    await untilReady(run);
    expect(consul.bodies).toEqual(desired);
    expect(consul.services.get(WEB)?.Check).toEqual({ TCP: '10.0.0.5:8080', Interval: '10s' });
    expect(run.reports).toEqual([{ scope: 'everything', applied: [{ type: 'put', key: WEB }] }]);
    expect(run.held).toBe(1);
  });

  it('takes away a check that is wanted no more', async () => {
    const run = launch();
    run.want(desire({ attributes: new Map([['check_tcp', 'true']]) }));
    await untilReady(run);
    run.want(desire({}));
    await eventually('without', () => expect(consul.writes).toHaveLength(2));
    expect(consul.services.get(WEB)?.Check).toBeUndefined();
  });

  it('waits until the containers are known', async () => {
    const run = launch();
    run.registry.request('everything');
    run.want(desire());
    await untilReady(run);
    expect(consul.writes).toEqual([]);
  });

  it('follows changes, and writes only those', async () => {
    const run = launch();
    run.want(desire({}, { id: API }));
    await untilReady(run);
    run.want(desire({ port: 81 }));
    await eventually('the changes', () =>
      expect(consul.writes.slice(2)).toEqual([`register ${WEB}`, `deregister ${API}`]),
    );
    await untilReports(run, 2);
    run.want(desire({ port: 81 }));
    run.want(desire({ port: 81 }), 'everything');
    await untilReports(run, 4);
    expect(consul.writes).toHaveLength(4);
  });

  it('takes up after a restart what the process before it has left, and writes what changed meanwhile', async () => {
    const first = launch();
    first.want(desire({}, { id: API }, { id: 'old' }));
    await untilReady(first);
    await first.registry.stop('keep');
    expect(consul.services.size).toBe(3);
    consul.writes.length = 0;
    const second = launch();
    second.want(desire({}, { id: API, tags: ['new'] }));
    await untilReady(second);
    expect(consul.writes).toEqual([`register ${API}`, 'deregister old']);
  });

  it('leaves services of others alone, reports those that it wants, and takes them when they are free', async () => {
    consul.services.set(WEB, { ID: WEB, Name: 'web', Meta: { 'wharf-host': 'node-2' } });
    consul.services.set('db', { ID: 'db', Name: 'db' });
    const run = launch({ cleanup: true });
    run.want(desire({}, { id: 'db' }, { id: API }));
    await untilReady(run);
    expect(run.registry.conflicts()).toEqual([
      { key: WEB, holder: 'host node-2' },
      { key: 'db', holder: 'a service without an owner' },
    ]);
    run.registry.request('everything');
    await untilReports(run, 2);
    expect(consul.writes).toEqual([`register ${API}`]);
    expect(run.lines.filter((line) => line.includes('held by somebody else'))).toHaveLength(2);
    consul.services.delete(WEB);
    run.registry.request('everything');
    await eventually('the free one', () => expect(consul.services.has(WEB) && consul.writes.length === 2).toBe(true));
  });

  it('sees before it writes that somebody was faster', async () => {
    const run = launch();
    run.want(desire());
    await untilReady(run);
    consul.services.set(WEB, { ID: WEB, Name: 'web', Meta: { 'wharf-host': 'node-2' } });
    run.want(desire({}));
    await eventually('the conflict', () => expect(run.registry.conflicts()).toHaveLength(1));
    expect(consul.writes).toEqual([]);
  });

  it('removes what Registrator left only with -cleanup, and takes over what is wanted', async () => {
    const leftBehind = { ID: API, Name: 'api' };
    consul.services.set(API, leftBehind).set(WEB, { ID: WEB, Name: 'web' });
    const run = launch();
    run.want(desire({}));
    await untilReady(run);
    expect(consul.writes).toEqual([`register ${WEB}`]);
    const cleaning = launch({ cleanup: true });
    cleaning.want(desire({}));
    await untilReady(cleaning);
    expect(consul.writes).toEqual([`register ${WEB}`, `deregister ${API}`]);
  });

  it('tries again while the agent is away, and says so', async () => {
    const { port } = consul;
    await consul.close();
    const run = launch();
    run.want(desire({}));
    await eventually('the reason', () => expect(run.registry.readiness().join()).toContain('does not answer'));
    await expect(run.registry.probe()).rejects.toMatchObject({ code: 'unavailable' });
    consul = await startFakeConsul({ port, token: 'secret' });
    await eventually('ready', async () => {
      await clock.advance(10_000);
      expect(run.registry.readiness()).toEqual([]);
    });
    expect(consul.writes).toEqual([`register ${WEB}`]);
  });

  it('registers everything again with an agent that forgot it', async () => {
    const run = launch();
    run.want(desire({}));
    await untilReady(run);
    consul.services.clear();
    run.registry.request('everything');
    await eventually('again', () => expect(consul.writes).toEqual([`register ${WEB}`, `register ${WEB}`]));
  });

  it('says that its token is wrong, without the token', async () => {
    const run = launch({ token: 'not-the-secret' });
    run.want(desire({}));
    await eventually('the reason', () => expect(run.registry.readiness().join()).toContain('403 ACL not found: ***'));
    expect([...run.registry.readiness(), ...run.failures, ...run.lines].join()).not.toContain('not-the-secret');
  });

  it('leaves out what the agent does not take, says so once, and registers the others', async () => {
    consul.refuse(400, ({ ID }) => ID === WEB);
    const run = launch();
    run.want(desire({}, { id: API }));
    await untilReady(run);
    expect(consul.writes).toEqual([`register ${API}`]);
    run.registry.request('everything');
    await untilReports(run, 2);
    expect(run.lines.filter((line) => line.includes(`400 the fake does not take ${WEB}`))).toHaveLength(1);
    expect(JSON.stringify(run.registry.debug())).toContain('400');
    consul.refuse(400, () => false);
    run.want(desire({ port: 81 }, { id: API }));
    await eventually('the changed one', () => expect(consul.writes).toEqual([`register ${API}`, `register ${WEB}`]));
  });

  it('goes on with the others where the token may not register one, and tries that one again', async () => {
    consul.refuse(403, ({ ID }) => ID === API);
    const run = launch();
    run.want(desire({}, { id: API }));
    await eventually('the reason', () => expect(run.registry.readiness().join()).toContain('403'));
    expect(consul.writes).toEqual([`register ${WEB}`]);
    consul.refuse(403, () => false);
    await eventually('ready', async () => {
      await clock.advance(10_000);
      expect(run.registry.readiness()).toEqual([]);
    });
    expect(consul.writes).toEqual([`register ${WEB}`, `register ${API}`]);
  });

  it('takes out what it has registered before when the agent does not take the change', async () => {
    const run = launch();
    run.want(desire({}));
    await untilReady(run);
    consul.refuse(400, () => true);
    run.want(desire({ port: 81 }));
    await untilReports(run, 2);
    expect(consul.services.size).toBe(0);
    run.registry.request('everything');
    await untilReports(run, 3);
    expect(consul.writes).toEqual([`register ${WEB}`, `deregister ${WEB}`]);
  });

  it('registers others at once while the agent keeps failing at one', async () => {
    consul.refuse(500, ({ ID }) => ID === API);
    const run = launch();
    run.want(desire({ id: API }));
    await eventually('the reason', () => expect(run.registry.readiness().join()).toContain('500'));
    run.want(desire({}, { id: API }));
    await eventually('the other one', () => expect(consul.writes).toEqual([`register ${WEB}`]));
  });

  it('leaves the rest when it is stopped in the middle', async () => {
    const run = launch();
    let stopping: Promise<void> | undefined;
    // The agent is asked about the first registration alone before the registry stops.
    consul.refuse(400, () => {
      stopping ??= run.registry.stop('keep');
      return false;
    });
    run.want(desire({}, { id: API }, { id: 'old' }));
    await eventually('the stop', () => expect(stopping).toBeDefined());
    await stopping;
    expect(consul.writes).toEqual([`register ${API}`]);
  });

  it('with `remove` takes out its own services when it stops, and no others', async () => {
    consul.services.set('db', { ID: 'db', Name: 'db' });
    const run = launch();
    run.want(desire({}, { id: API }));
    await untilReady(run);
    await run.registry.stop('remove');
    expect([...consul.services.keys()]).toEqual(['db']);
  });

  it('does not wait for an answer when it stops', async () => {
    const run = launch();
    consul.stall();
    run.want(desire({}));
    let stopped = false;
    void run.registry.stop('keep').then(() => {
      stopped = true;
    });
    await eventually('the stop', () => expect(stopped).toBe(true));
    expect(run.failures).toEqual([]);
  });

  it('stops in good order with an agent that is gone', async () => {
    const run = launch();
    run.want(desire({}));
    await untilReady(run);
    await consul.close();
    await run.registry.stop('remove');
    expect(run.lines.at(-1)).toContain('not all services could be deregistered');
  });
});
