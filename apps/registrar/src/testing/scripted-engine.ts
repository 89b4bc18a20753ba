import {
  afterEvent,
  type Container,
  type ContainerEvent,
  type ContainerState,
  type DockerEngine,
  EngineError,
  type EventListener,
  type NetworkAttachment,
  renderTimestamp,
} from '@wharf/docker-watcher';
import { type ContainerSketch, sketchContainer } from './container.ts';

/** A container engine whose containers do what a test says; real ones are in `registrar.real.test.ts`. */
export interface ScriptedEngine extends DockerEngine {
  run(sketch?: ContainerSketch): void;
  /** The container's process ends; with `remove` (`docker run --rm`) it is gone at once. */
  end(name: string, how?: { readonly exitCode?: number; readonly remove?: boolean; readonly unseen?: boolean }): void;
  /** The container is sent a signal, which it does not obey. */
  signal(name: string, signal: string): void;
  /** The state of a container changes, and the engine tells of it by this event. */
  change(name: string, action: string, state: Partial<ContainerState>, attributes?: ContainerEvent['attributes']): void;
  /** As `docker rename` does; everything here goes on to call it by the name that it began with. */
  rename(name: string, to: string): void;
  /** As `docker network connect` does; one that does not run has no address there. */
  connect(name: string, network: NetworkAttachment): void;
  /** Every stream ends and every call fails, until `comeBack`. */
  goAway(): void;
  comeBack(): void;
  /** Inspections wait from now on, and see what was there when they were asked for, until `answer`. */
  holdInspections(): void;
  answer(): void;
  readonly listings: number;
}

/** @param wallMs the engine's clock, which goes on by a nanosecond with every event */
export function createScriptedEngine(wallMs: () => number): ScriptedEngine {
  const containers = new Map<string, Container>();
  /** IDs by the name that a container began with. */
  const ids = new Map<string, string>();
  const listeners = new Set<EventListener>();
  let isAway = false;
  let listings = 0;
  let ticks = 0n;
  let gate: PromiseWithResolvers<void> | undefined;

  const assertPresent = (): void => {
    if (isAway) throw new EngineError('unavailable', 'the scripted engine is away');
  };
  const nowNano = (): bigint => BigInt(Math.floor(wallMs())) * 1_000_000n + ++ticks;
  const emit = (action: string, id: string, attributes: ContainerEvent['attributes'] = {}): ContainerEvent => {
    const event = { action, id, timeNano: nowNano(), attributes };
    for (const listener of listeners) listener.onEvent(event);
    return event;
  };
  const find = (name: string): Container => {
    const container = containers.get(ids.get(name) ?? '');
    if (container === undefined) throw new Error(`no container ${name}`);
    return container;
  };

  return {
    description: 'scripted engine',
    get listings() {
      return listings;
    },
    async version() {
      assertPresent();
      return { flavour: 'docker', version: '20.10.24', apiVersion: '1.41' };
    },
    async list() {
      assertPresent();
      listings++;
      return [...containers.keys()];
    },
    async inspect(id) {
      assertPresent();
      const container = containers.get(id);
      await gate?.promise;
      return container;
    },
    events(listener) {
      if (isAway) {
        queueMicrotask(() => listener.onEnd(new EngineError('unavailable', 'the scripted engine is away')));
        return { close: () => undefined };
      }
      listeners.add(listener);
      queueMicrotask(() => listener.onOpen());
      return {
        close() {
          if (listeners.delete(listener)) listener.onEnd();
        },
      };
    },
    readLog: () => {
      throw new EngineError('unsupported', 'the scripted engine has no logs');
    },
    close: () => undefined,
    run(sketch = {}) {
      const container = sketchContainer({
        ...sketch,
        state: { startedAt: renderTimestamp(nowNano()), ...sketch.state },
      });
      containers.set(container.id, container);
      ids.set(container.name, container.id);
      emit('start', container.id);
    },
    end(name, { exitCode = 0, remove = false, unseen = false } = {}) {
      const container = find(name);
      const { id } = container;
      const attributes = { exitCode: String(exitCode) };
      const ended = afterEvent(container, { action: 'die', id, timeNano: nowNano(), attributes });
      if (remove || ended === undefined) containers.delete(id);
      else containers.set(id, { ...ended, networks: [], ports: [] });
      if (unseen) return;
      emit('die', id, attributes);
      if (remove) emit('destroy', id);
    },
    signal(name, signal) {
      emit('kill', find(name).id, { signal });
    },
    change(name, action, state, attributes) {
      const container = find(name);
      containers.set(container.id, { ...container, state: { ...container.state, ...state } });
      emit(action, container.id, attributes);
    },
    rename(name, to) {
      const container = find(name);
      containers.set(container.id, { ...container, name: to });
      emit('rename', container.id, { name: to });
    },
    connect(name, network) {
      const container = find(name);
      const attached = container.state.running ? network : { name: network.name };
      containers.set(container.id, { ...container, networks: [...container.networks, attached] });
      emit('network_connect', container.id, { network: network.name });
    },
    goAway() {
      isAway = true;
      for (const listener of listeners) {
        listeners.delete(listener);
        listener.onEnd(new EngineError('unavailable', 'the scripted engine went away'));
      }
    },
    comeBack() {
      isAway = false;
    },
    holdInspections() {
      gate = Promise.withResolvers();
    },
    answer() {
      gate?.resolve();
      gate = undefined;
    },
  };
}
