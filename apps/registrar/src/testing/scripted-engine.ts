import {
  type Container,
  type ContainerEvent,
  type DockerEngine,
  EngineError,
  type EventListener,
  type NetworkAttachment,
} from '@wharf/docker-watcher';
import { type ContainerSketch, idOf, sketchContainer } from './container.ts';

/** A container engine whose containers do what a test says; real ones are in `registrar.real.test.ts`. */
export interface ScriptedEngine extends DockerEngine {
  run(sketch?: ContainerSketch): void;
  /** The container's process ends; with `remove` (`docker run --rm`) it is gone at once. */
  end(name: string, how?: { readonly exitCode?: number; readonly remove?: boolean; readonly unseen?: boolean }): void;
  /** As `docker network connect` does. */
  connect(name: string, network: NetworkAttachment): void;
  /** Every stream ends and every call fails, until `comeBack`. */
  goAway(): void;
  comeBack(): void;
  readonly listings: number;
}

export function createScriptedEngine(): ScriptedEngine {
  const containers = new Map<string, Container>();
  const listeners = new Set<EventListener>();
  let isAway = false;
  let listings = 0;
  let timeNano = 1n;

  const assertPresent = (): void => {
    if (isAway) throw new EngineError('unavailable', 'the scripted engine is away');
  };
  const emit = (action: string, id: string, attributes: ContainerEvent['attributes'] = {}): void => {
    timeNano++;
    for (const listener of listeners) listener.onEvent({ action, id, timeNano, attributes });
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
      return containers.get(id);
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
    logs: () => Promise.reject(new EngineError('unsupported', 'the scripted engine has no logs')),
    close: () => undefined,
    run(sketch = {}) {
      const container = sketchContainer(sketch);
      containers.set(container.id, container);
      emit('start', container.id);
    },
    end(name, { exitCode = 0, remove = false, unseen = false } = {}) {
      const id = idOf(name);
      const container = containers.get(id);
      if (container === undefined) throw new Error(`no container ${name}`);
      const state = { ...container.state, running: false, pid: 0, exitCode };
      if (remove) containers.delete(id);
      else containers.set(id, { ...container, networks: [], ports: [], state });
      if (unseen) return;
      emit('die', id, { exitCode: String(exitCode) });
      if (remove) emit('destroy', id);
    },
    connect(name, network) {
      const id = idOf(name);
      const container = containers.get(id);
      if (container === undefined) throw new Error(`no container ${name}`);
      containers.set(id, { ...container, networks: [...container.networks, network] });
      emit('network_connect', id, { network: network.name });
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
  };
}
