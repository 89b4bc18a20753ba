import { createManualClock, type ManualClock, silentLogger } from '@wharf/agent';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Container } from './container.ts';
import { type ContainerEvent, type DockerEngine, EngineError, type EventListener } from './engine.ts';
import { type FollowOptions, followContainers } from './follow-containers.ts';
import type { ContainerListener, Follower } from './follower.ts';
import { renderTimestamp } from './log-entry.ts';
import { toContainer } from './to-container.ts';

/** A container whose ID is made of one letter; it runs, if that is not otherwise said. */
function container(letter: string, name: string = letter, running = true): Container {
  const result = toContainer({ Id: idOf(letter), Name: `/${name}`, State: { Running: running } });
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

function idOf(letter: string): string {
  return letter.repeat(64);
}

interface ScriptedEngine extends DockerEngine {
  readonly containers: Map<string, Container>;
  /** The subscription that is open, if any. */
  readonly subscription: EventListener | undefined;
  /** How many subscriptions there were. */
  readonly subscriptions: number;
  readonly inspected: readonly string[];
  /** From now on every list, inspect and version, or calls of this kind alone, wait for `release`. */
  hold(kind?: 'inspect'): void;
  release(): Promise<void>;
  /** What the next calls of this kind fail with; undefined: they succeed again. */
  fail(call: 'list' | 'version' | 'events' | `inspect ${string}`, error: EngineError | undefined): void;
  emit(letter: string, action: string, more?: Partial<ContainerEvent>): void;
  cut(): Promise<void>;
}

/** The port alone, for what no real engine can be made to do on command: races in a chosen order. */
function createScriptedEngine(): ScriptedEngine {
  const containers = new Map<string, Container>();
  const failures = new Map<string, EngineError>();
  const inspected: string[] = [];
  let subscription: EventListener | undefined;
  let subscriptions = 0;
  let gate: PromiseWithResolvers<void> | undefined;
  let gated = '';

  const pass = async (call: string): Promise<void> => {
    if (call.startsWith(gated)) await gate?.promise;
    const error = failures.get(call);
    if (error !== undefined) throw error;
  };
  return {
    description: 'scripted',
    containers,
    inspected,
    get subscription() {
      return subscription;
    },
    get subscriptions() {
      return subscriptions;
    },
    async version() {
      await pass('version');
      return { flavour: 'docker', version: '1', apiVersion: '1.41' };
    },
    async list() {
      const ids = [...containers.keys()];
      await pass('list');
      return ids;
    },
    async inspect(id) {
      inspected.push(id.slice(0, 1));
      const found = containers.get(id);
      await pass(`inspect ${id.slice(0, 1)}`);
      return found;
    },
    events(listener) {
      subscriptions++;
      const open = async (): Promise<void> => {
        await Promise.resolve();
        const error = failures.get('events');
        if (error !== undefined) return listener.onEnd(error);
        subscription = listener;
        return listener.onOpen();
      };
      void open();
      return {
        close() {
          if (subscription === listener) subscription = undefined;
        },
      };
    },
    readLog: () => {
      throw new Error('there are no logs');
    },
    close: () => undefined,
    hold(kind) {
      gated = kind ?? '';
      gate = Promise.withResolvers();
    },
    async release() {
      gate?.resolve();
      gate = undefined;
      await settle();
    },
    fail(call, error) {
      if (error === undefined) failures.delete(call);
      else failures.set(call, error);
    },
    emit(letter, action, more = {}) {
      subscription?.onEvent({ action, id: idOf(letter), timeNano: 1n, attributes: {}, ...more });
    },
    async cut() {
      subscription?.onEnd(new EngineError('unavailable', 'cut'));
      subscription = undefined;
      await settle();
    },
  };
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('followContainers', () => {
  let engine: ScriptedEngine;
  let clock: ManualClock;
  let follower: Follower | undefined;
  let heard: string[];
  let phases: string[];
  let gapsTold: number | undefined;

  const follow = async (options: Partial<FollowOptions> = {}): Promise<Follower> => {
    const listener = {
      onSnapshot: (all: ReadonlyMap<string, Container>) => {
        heard.push(`snapshot ${[...all.values()].map(({ name }) => name).join(',')}`);
      },
      onChange: (change: { id: string; action: string; container: Container | undefined }) => {
        heard.push(`${change.action} ${change.id.slice(0, 1)} ${change.container?.name ?? 'gone'}`);
      },
      onStatus: ({ phase, gaps }: { phase: string; gaps: number }) => {
        phases.push(phase);
        gapsTold = gaps;
      },
    };
    const started = followContainers(engine, listener, { clock, log: silentLogger, random: () => 1, ...options });
    follower = started;
    await settle();
    return started;
  };

  beforeEach(() => {
    engine = createScriptedEngine();
    engine.containers.set(idOf('a'), container('a'));
    clock = createManualClock();
    heard = [];
    phases = [];
    gapsTold = undefined;
  });

  afterEach(() => follower?.stop());

  it('delivers a snapshot, then every event with what the container is after it', async () => {
    await follow();
    engine.containers.set(idOf('b'), container('b'));
    engine.emit('b', 'create');
    await settle();
    engine.containers.set(idOf('b'), container('b', 'renamed'));
    engine.emit('b', 'rename');
    await settle();
    engine.containers.delete(idOf('b'));
    engine.emit('b', 'die');
    await settle();
    expect(heard).toEqual(['snapshot a', 'create b b', 'rename b renamed', 'die b gone']);
    expect(phases).toEqual(['listing', 'following']);
  });

  it('knows what it has told', async () => {
    const started = await follow();
    engine.containers.set(idOf('b'), container('b'));
    engine.emit('b', 'start');
    engine.emit('a', 'destroy');
    await settle();
    expect([...started.containers().keys()]).toEqual([idOf('b')]);
  });

  it('does not look for a container that was destroyed', async () => {
    await follow();
    engine.emit('a', 'destroy');
    await settle();
    expect(heard).toEqual(['snapshot a', 'destroy a gone']);
    expect(engine.inspected).toEqual(['a']);
  });

  it('inspects once for a burst and delivers each of its events, in order', async () => {
    await follow();
    engine.hold();
    for (const action of ['kill', 'die', 'stop', 'start']) engine.emit('a', action);
    await engine.release();
    expect(heard).toEqual(['snapshot a', 'kill a a', 'die a a', 'stop a a', 'start a a']);
    expect(engine.inspected).toEqual(['a', 'a', 'a']);
  });

  it('looks again at a running container that is connected to a network, or disconnected', async () => {
    await follow();
    engine.containers.set(idOf('a'), container('a', 'connected'));
    engine.emit('a', 'network_connect');
    await settle();
    engine.containers.set(idOf('a'), container('a', 'disconnected'));
    engine.emit('a', 'network_disconnect');
    await settle();
    expect(heard).toEqual(['snapshot a', 'network_connect a connected', 'network_disconnect a disconnected']);
  });

  it('looks once for a start and the networks that are connected before it', async () => {
    await follow();
    engine.containers.set(idOf('b'), container('b', 'created', false));
    engine.emit('b', 'create');
    await settle();
    engine.hold('inspect');
    engine.emit('b', 'network_connect');
    engine.containers.set(idOf('b'), container('b', 'started'));
    engine.emit('b', 'start');
    await engine.release();
    expect(heard).toEqual(['snapshot a', 'create b created', 'start b started']);
    expect(engine.inspected).toEqual(['a', 'b', 'b']);
  });

  it('does not look at the networks that a container loses when it ends', async () => {
    await follow();
    engine.containers.set(idOf('a'), container('a', 'ended', false));
    engine.hold('inspect');
    engine.emit('a', 'die');
    engine.emit('a', 'network_disconnect');
    await engine.release();
    engine.emit('a', 'network_disconnect');
    await settle();
    expect(heard).toEqual(['snapshot a', 'die a ended']);
    expect(engine.inspected).toEqual(['a', 'a']);
  });

  it('looks again at a container whose network changes while its start is looked at', async () => {
    await follow();
    engine.hold('inspect');
    engine.containers.set(idOf('b'), container('b', 'started'));
    engine.emit('b', 'start');
    engine.containers.set(idOf('b'), container('b', 'connected'));
    engine.emit('b', 'network_connect');
    await engine.release();
    expect(heard).toEqual(['snapshot a', 'start b started', 'network_connect b connected']);
  });

  it('looks again at a container whose network changes during the first listing', async () => {
    engine.hold('inspect');
    await follow();
    expect(engine.inspected).toEqual(['a']);
    engine.containers.set(idOf('a'), container('a', 'connected'));
    engine.emit('a', 'network_connect');
    await engine.release();
    expect(heard).toEqual(['snapshot a', 'network_connect a connected']);
  });

  it('is not held up by one container whose inspection takes long', async () => {
    engine.containers.set(idOf('b'), container('b'));
    await follow();
    engine.hold();
    engine.emit('a', 'start');
    engine.emit('b', 'destroy');
    await settle();
    expect(heard).toEqual(['snapshot a,b', 'destroy b gone']);
    await engine.release();
    expect(heard.at(-1)).toBe('start a a');
  });

  it('applies what happens during the first listing after it', async () => {
    engine.hold();
    await follow();
    engine.containers.set(idOf('b'), container('b'));
    engine.emit('b', 'start');
    engine.emit('a', 'destroy');
    await settle();
    expect(heard).toEqual([]);
    await engine.release();
    expect(heard[0]).toBe('snapshot ');
    expect(heard.slice(1).sort()).toEqual(['destroy a gone', 'start b b']);
  });

  it('lets changes pass a later listing, which does not undo them', async () => {
    const started = await follow();
    engine.hold('inspect');
    started.refresh();
    await settle();
    expect(engine.inspected).toEqual(['a', 'a']);
    engine.containers.delete(idOf('a'));
    engine.emit('a', 'destroy');
    expect(heard).toEqual(['snapshot a', 'destroy a gone']);
    await engine.release();
    expect(heard).toEqual(['snapshot a', 'destroy a gone', 'snapshot ']);
  });

  it('keeps in a later listing what was started after its list was made', async () => {
    const started = await follow();
    engine.hold('inspect');
    started.refresh();
    await settle();
    engine.containers.set(idOf('b'), container('b'));
    engine.emit('b', 'start');
    await engine.release();
    expect(heard.slice(1).sort()).toEqual(['snapshot a,b', 'start b b']);
  });

  it('does not list before it is subscribed, whoever asks', async () => {
    const started = follow();
    follower?.refresh();
    await started;
    expect(heard).toEqual(['snapshot a']);
  });

  it('lists once more for all refreshes that were asked for during a listing', async () => {
    const started = await follow();
    engine.hold();
    started.refresh();
    started.refresh();
    started.refresh();
    await engine.release();
    expect(heard).toEqual(['snapshot a', 'snapshot a', 'snapshot a']);
  });

  it('comes back with a snapshot after a cut, and counts the gap', async () => {
    const started = await follow();
    await engine.cut();
    expect(started.status()).toMatchObject({ phase: 'waiting', gaps: 1, error: { message: 'cut' } });
    engine.containers.set(idOf('b'), container('b'));
    await clock.advance(100);
    expect(heard).toEqual(['snapshot a', 'snapshot a,b']);
    expect(started.status()).toMatchObject({ phase: 'following', gaps: 1, snapshots: 2, error: undefined });
    expect(phases).toEqual(['listing', 'following', 'waiting', 'connecting', 'listing', 'following']);
  });

  it('waits longer from attempt to attempt, and begins anew after a connection that held', async () => {
    engine.fail('events', new EngineError('unavailable', 'away'));
    await follow({ backoff: { baseMs: 100, capMs: 1_000 } });
    const attempts: number[] = [];
    for (let at = 0; at < 3_000; at += 100) {
      const before = engine.subscriptions;
      await clock.advance(100);
      if (engine.subscriptions > before) attempts.push(at + 100);
    }
    expect(attempts).toEqual([100, 300, 700, 1_500, 2_500]);
    engine.fail('events', undefined);
    await clock.advance(1_000);
    expect(heard).toEqual(['snapshot a']);
    await clock.advance(2_000);
    await engine.cut();
    await clock.advance(100);
    expect(heard).toEqual(['snapshot a', 'snapshot a']);
  });

  it('does not hurry to an engine that cuts every connection after its snapshot', async () => {
    await follow({ backoff: { baseMs: 100, capMs: 1_000 } });
    for (let round = 0; round < 5; round++) {
      await engine.cut();
      await clock.advance(1_000);
    }
    const before = engine.subscriptions;
    await engine.cut();
    await clock.advance(900);
    expect(engine.subscriptions).toBe(before);
  });

  it('starts over when the listing fails', async () => {
    engine.fail('list', new EngineError('failed', 'the engine answered 500'));
    const started = await follow();
    expect(started.status()).toMatchObject({ phase: 'waiting', gaps: 0, error: { code: 'failed' } });
    engine.fail('list', undefined);
    await clock.advance(100);
    expect(heard).toEqual(['snapshot a']);
  });

  it('keeps what it knew of a container that the engine stumbles over, and the others', async () => {
    engine.containers.set(idOf('b'), container('b'));
    const started = await follow();
    engine.fail('inspect a', new EngineError('failed', 'the engine answered 500'));
    started.refresh();
    engine.emit('a', 'start');
    await settle();
    expect(heard).toEqual(['snapshot a,b', 'start a a', 'snapshot a,b']);
    expect(started.status()).toMatchObject({ phase: 'following', failedInspections: 2 });
  });

  it('leaves out a container that it has never been able to inspect', async () => {
    engine.containers.set(idOf('b'), container('b'));
    engine.fail('inspect a', new EngineError('failed', 'the engine answered 500'));
    await follow();
    expect(heard).toEqual(['snapshot b']);
  });

  it('notices an engine that went silent', async () => {
    const started = await follow({ livenessMs: 5_000 });
    await clock.advance(5_000);
    expect(started.status().phase).toBe('following');
    engine.fail('version', new EngineError('unavailable', 'no answer'));
    await clock.advance(5_000);
    expect(started.status()).toMatchObject({ phase: 'waiting', error: { message: 'no answer' } });
    expect(engine.subscription).toBeUndefined();
  });

  it('lists again instead of holding more events than it may', async () => {
    const started = await follow({ maxHeldEvents: 3 });
    engine.hold();
    // The first is taken for inspection at once; three wait; the fifth is one too many.
    for (const action of ['one', 'two', 'three', 'four', 'five']) engine.emit('a', action);
    engine.containers.set(idOf('a'), container('a', 'final'));
    await engine.release();
    expect(heard).toEqual(['snapshot a', 'one a a', 'snapshot final']);
    expect(started.status().gaps).toBe(1);
    expect(gapsTold).toBe(1);
  });

  it('delivers nothing after stop, and leaves nothing running', async () => {
    const started = await follow();
    engine.hold();
    started.refresh();
    engine.emit('a', 'start');
    started.stop();
    expect(clock.pending).toBe(0);
    await engine.release();
    started.refresh();
    await clock.advance(100_000);
    expect(heard).toEqual(['snapshot a']);
    expect(started.status().phase).toBe('stopped');
    expect(engine.subscription).toBeUndefined();
    expect(clock.pending).toBe(0);
  });

  it('stops while it waits', async () => {
    engine.fail('events', new EngineError('unavailable', 'away'));
    const started = await follow();
    started.stop();
    await clock.advance(100_000);
    expect(engine.subscriptions).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('starts over when the listener fails, as it may do better with a snapshot', async () => {
    const told: string[] = [];
    const listener = {
      onSnapshot: () => told.push('snapshot'),
      onChange: () => {
        throw new Error('a defect');
      },
    };
    follower = followContainers(engine, listener, { clock, log: silentLogger, random: () => 1 });
    await settle();
    engine.emit('a', 'start');
    await settle();
    expect(follower.status().error?.message).toContain('a defect');
    await clock.advance(100);
    expect(told).toEqual(['snapshot', 'snapshot']);
  });
});

describe('followContainers with a listener for events', () => {
  const START = 1_000_000_000_000n;
  let engine: ScriptedEngine;
  let clock: ManualClock;
  let heard: string[];
  let follower: Follower;

  const describeContainer = (found: Container | undefined): string => {
    if (found === undefined) return 'gone';
    return found.state.running ? `running since ${found.state.startedAt}` : `ended with ${found.state.exitCode}`;
  };

  const set = (startNano: bigint, running = true): void => {
    const startedAt = renderTimestamp(startNano);
    const state = { Running: running, ExitCode: running ? 0 : 137, StartedAt: startedAt };
    const result = toContainer({ Id: idOf('a'), Name: '/a', State: state });
    if (!result.ok) throw new Error(result.error);
    engine.containers.set(idOf('a'), result.value);
  };

  beforeEach(async () => {
    engine = createScriptedEngine();
    clock = createManualClock();
    heard = [];
    set(START);
    const listener: ContainerListener = {
      onSnapshot: (all) => heard.push(`snapshot: ${describeContainer(all.get(idOf('a')))}`),
      onEvent: ({ action }, found) => heard.push(`${action} heard: ${describeContainer(found)}`),
      onChange: ({ action, container: found }) => heard.push(`${action} seen: ${describeContainer(found)}`),
    };
    follower = followContainers(engine, listener, { clock, log: silentLogger, random: () => 1 });
    await settle();
    heard.length = 0;
  });

  afterEach(() => follower.stop());

  const die = (timeNano: bigint): void => engine.emit('a', 'die', { timeNano, attributes: { exitCode: '137' } });

  it('says that a container has ended before anybody has looked at it', async () => {
    engine.hold();
    set(START, false);
    die(START + 1n);
    expect(heard).toEqual(['die heard: ended with 137']);
    expect(describeContainer(follower.containers().get(idOf('a')))).toBe('ended with 137');
    await engine.release();
    expect(heard).toEqual(['die heard: ended with 137', 'die seen: ended with 137']);
  });

  it('says that it runs again when it was started anew at once', async () => {
    set(START + 2n);
    die(START + 1n);
    await settle();
    expect(heard).toEqual(['die heard: ended with 137', `die seen: running since ${renderTimestamp(START + 2n)}`]);
  });

  it('takes no old event for an end, and keeps the container', async () => {
    die(START - 1n);
    expect(heard).toEqual([`die heard: running since ${renderTimestamp(START)}`]);
    await settle();
    expect(heard.at(-1)).toBe(`die seen: running since ${renderTimestamp(START)}`);
  });

  it('lets no inspection from before the end bring the container back', async () => {
    engine.hold();
    engine.emit('a', 'rename');
    set(START, false);
    die(START + 1n);
    await engine.release();
    expect(heard).toEqual([
      `rename heard: running since ${renderTimestamp(START)}`,
      'die heard: ended with 137',
      'rename seen: ended with 137',
      'die seen: ended with 137',
    ]);
  });

  it('lets no listing from before the end bring the container back', async () => {
    engine.hold('inspect');
    follower.refresh();
    await settle();
    set(START, false);
    die(START + 1n);
    await engine.release();
    expect(heard.filter((line) => line.includes('running'))).toEqual([]);
    expect(heard.toSorted()).toEqual([
      'die heard: ended with 137',
      'die seen: ended with 137',
      'snapshot: ended with 137',
    ]);
  });

  it('believes an inspection that began after the event, whatever the clocks say', async () => {
    set(START + 5n);
    die(START + 10n);
    await settle();
    expect(heard.at(-1)).toBe(`die seen: running since ${renderTimestamp(START + 5n)}`);
    expect(describeContainer(follower.containers().get(idOf('a')))).toContain('running');
  });

  it('says nothing before the first snapshot, and then what was heard meanwhile', async () => {
    await engine.cut();
    engine.hold();
    await clock.advance(100);
    set(START, false);
    die(START + 1n);
    expect(heard).toEqual([]);
    await engine.release();
    expect(heard).toEqual(['snapshot: ended with 137', 'die heard: ended with 137', 'die seen: ended with 137']);
  });

  it('starts over when the listener fails', async () => {
    follower.stop();
    const listener: ContainerListener = {
      onSnapshot: () => undefined,
      onChange: () => undefined,
      onEvent: () => {
        throw new Error('a defect');
      },
    };
    follower = followContainers(engine, listener, { clock, log: silentLogger, random: () => 1 });
    await settle();
    engine.emit('a', 'start');
    expect(follower.status().error?.message).toContain('a defect');
  });
});
