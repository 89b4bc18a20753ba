import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createFakeContainer,
  type FakeContainer,
  type FakeContainerSketch,
  type FakeHealth,
  numberedSketch,
} from './fake-container.ts';
import { createFakeApi, type FakeLog, type FakeRequestKind } from './fake-engine-api.ts';
import { createFakeEvents } from './fake-events.ts';

export interface FakeEngineOptions {
  /** The newest API that it serves, `1.40` to `1.52`; `1.41` when absent, as Debian's Docker. */
  readonly apiVersion?: string;
  /** What containers have printed; without it they have no logs. */
  readonly log?: FakeLog;
}

/**
 * A container engine of thousands of containers, which no machine for tests could run: Docker's HTTP API on a unix socket,
 * with no process behind it. Every method but `add` emits the events that dockerd emits; each throws when there is no
 * container of that name.
 */
export interface FakeEngine {
  readonly socketPath: string;
  /** How many requests of each kind it has answered. */
  readonly requests: Readonly<Record<FakeRequestKind, number>>;
  /**
   * Containers that have been running for long: no events. A number gives so many web services, numbered on, each with one
   * published port. Returns their names.
   */
  add(what: number | FakeContainerSketch): readonly string[];
  /** `docker run -d`: `create` and `start`. */
  run(sketch: FakeContainerSketch): void;
  start(name: string): void;
  /** A signal is sent and nothing more: `die` says that the process has gone. 15 when absent. */
  kill(name: string, signal?: number): void;
  die(name: string, exitCode?: number): void;
  pause(name: string): void;
  unpause(name: string): void;
  healthStatus(name: string, health: FakeHealth): void;
  rename(name: string, newName: string): void;
  destroy(name: string): void;
  /** Cuts every stream of events. */
  cutEvents(): void;
  /** Ends every connection and removes the socket. */
  close(): Promise<void>;
}

/** How long ago the containers of `add` started. */
const AGE_NS = 86_400_000_000_000n;

/** Starts a fake engine on a socket in a folder of its own; resolves when it serves. */
export async function startFakeEngine(options: FakeEngineOptions = {}): Promise<FakeEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-fake-engine-'));
  const socketPath = join(folder, 'docker.sock');
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  const nowNs = createNanoClock();
  const byId = new Map<string, FakeContainer>();
  const byName = new Map<string, FakeContainer>();
  const events = createFakeEvents(nowNs);
  const { apiVersion = '1.41', log } = options;
  const api = createFakeApi({ apiVersion, byId, byName, events, log });
  let created = 0;

  const server = createServer((request, response) => api.answer(request, response));
  server.keepAliveTimeout = 0; // dockerd keeps idle connections for ever, and says nothing of a time.
  server.listen(socketPath);
  await once(server, 'listening');

  const create = (sketch: FakeContainerSketch, atNs: bigint): FakeContainer => {
    if (byName.has(sketch.name)) throw new Error(`there is a container ${sketch.name} already`);
    const container = createFakeContainer(sketch, created++, atNs);
    byId.set(container.id, container);
    byName.set(container.name, container);
    return container;
  };
  const find = (name: string): FakeContainer => {
    const container = byName.get(name);
    if (container === undefined) throw new Error(`there is no container ${name}`);
    return container;
  };
  const start = (container: FakeContainer): void => {
    Object.assign(container, { status: 'running', exitCode: 0, startedNs: nowNs() });
    events.emit('start', container);
  };
  const addOne = (sketch: FakeContainerSketch): string => {
    const container = create(sketch, nowNs() - AGE_NS);
    Object.assign(container, { status: 'running', startedNs: container.createdNs });
    return container.name;
  };

  return {
    socketPath,
    requests: api.requests,
    add(what) {
      if (typeof what !== 'number') return [addOne(what)];
      return Array.from({ length: what }, () => addOne(numberedSketch(created)));
    },
    run(sketch) {
      const container = create(sketch, nowNs());
      events.emit('create', container);
      start(container);
    },
    start: (name) => start(find(name)),
    kill: (name, signal = 15) => events.emit('kill', find(name), { signal: String(signal) }),
    die(name, exitCode = 0) {
      const container = find(name);
      Object.assign(container, { status: 'exited', exitCode, finishedNs: nowNs() });
      events.emit('die', container, { exitCode: String(exitCode) });
    },
    pause(name) {
      const container = find(name);
      container.status = 'paused';
      events.emit('pause', container);
    },
    unpause(name) {
      const container = find(name);
      container.status = 'running';
      events.emit('unpause', container);
    },
    healthStatus(name, health) {
      const container = find(name);
      container.health = health;
      events.emit(`health_status: ${health}`, container);
    },
    rename(name, newName) {
      const container = find(name);
      if (byName.has(newName)) throw new Error(`there is a container ${newName} already`);
      byName.delete(name);
      container.name = newName;
      byName.set(newName, container);
      events.emit('rename', container, { oldName: `/${name}` });
    },
    destroy(name) {
      const container = find(name);
      byName.delete(name);
      byId.delete(container.id);
      events.emit('destroy', container);
    },
    cutEvents: () => events.cut(),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      removeFolder();
      process.removeListener('exit', removeFolder);
    },
  };
}

/** Nanoseconds since 1970, never the same twice. */
function createNanoClock(): () => bigint {
  const offset = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
  let last = 0n;
  return () => {
    const now = offset + process.hrtime.bigint();
    last = now > last ? now : last + 1n;
    return last;
  };
}
