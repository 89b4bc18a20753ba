import { type BackoffPolicy, backoffDelayMs, type Clock, defaultBackoff, type Logger } from '@wharf/agent';
import { afterEvent } from './after-event.ts';
import type { Container } from './container.ts';
import type { DockerEngine, EngineError } from './engine.ts';
import { openSession, type Session, type SessionListener } from './follow-session.ts';
import type { ContainerListener, Follower, FollowerPhase, FollowerStatus } from './follower.ts';

export interface FollowOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** A number in [0, 1), such as `Math.random`. */
  readonly random: () => number;
  readonly backoff?: BackoffPolicy;
  /** How many containers are inspected at a time; 8 when absent. */
  readonly concurrency?: number;
  /** How often an engine is asked whether it is still there, in milliseconds; 30 s when absent. */
  readonly livenessMs?: number;
  /** How many events may wait for their inspection before they are given up for a new listing; 20,000 when absent. */
  readonly maxHeldEvents?: number;
}

/**
 * Keeps `listener` informed about all containers of `engine`, for as long as it is not stopped: a snapshot, changes, and
 * after every loss of the connection a snapshot again. A lost event costs a delay, never a container: what the listener
 * knows after a snapshot is what the engine knows.
 */
export function followContainers(engine: DockerEngine, listener: ContainerListener, options: FollowOptions): Follower {
  const { clock, log, random, backoff = defaultBackoff } = options;
  const sessionOptions = {
    clock,
    concurrency: options.concurrency ?? 8,
    livenessMs: options.livenessMs ?? 30_000,
    maxHeldEvents: options.maxHeldEvents ?? 20_000,
  };
  const counts = { gaps: 0, snapshots: 0, changes: 0, failedInspections: 0 };
  let phase: FollowerPhase = 'connecting';
  let error: EngineError | undefined;
  let known = new Map<string, Container>();
  let session: Session | undefined;
  let attempt = 0;
  let cancelRetry = (): void => undefined;

  const status = (): FollowerStatus => ({ phase, error, ...counts });
  const enter = (next: FollowerPhase): void => {
    if (phase === next) return;
    phase = next;
    listener.onStatus?.(status());
  };

  const retry = (cause: EngineError, connectedAtMs: number): void => {
    if (phase === 'following') counts.gaps++;
    if (clock.monotonicMs() - connectedAtMs > backoff.capMs) attempt = 0;
    const delayMs = Math.round(backoffDelayMs(attempt++, backoff, random));
    const isNews = error?.message !== cause.message;
    error = cause;
    session = undefined;
    const fields = { engine: engine.description, code: cause.code, delayMs };
    log[isNews ? 'warn' : 'debug'](fields, `not following containers: ${cause.message}; trying again`);
    cancelRetry = clock.schedule(delayMs, connect);
    enter('waiting');
  };

  const remember = (id: string, container: Container | undefined): void => {
    if (container === undefined) known.delete(id);
    else known.set(id, container);
  };

  const sessionListener = (connectedAtMs: number): SessionListener => ({
    onOpen: () => enter('listing'),
    onSnapshot(containers) {
      known = new Map(containers);
      counts.snapshots++;
      error = undefined;
      if (phase !== 'following') {
        log.info({ engine: engine.description, containers: known.size }, 'following containers');
      }
      listener.onSnapshot(containers);
      if (phase !== 'stopped') enter('following');
    },
    onEvent(event) {
      if (listener.onEvent === undefined) return;
      const container = afterEvent(known.get(event.id), event);
      remember(event.id, container);
      listener.onEvent(event, container);
    },
    onChange(change) {
      remember(change.id, change.container);
      counts.changes++;
      listener.onChange(change);
    },
    isRunning: (id) => known.get(id)?.state.running === true,
    onFailedInspection(id, cause) {
      counts.failedInspections++;
      log.warn({ engine: engine.description, container: id }, `${cause.message}; taking what was known of it before`);
      return known.get(id);
    },
    onOverflow() {
      counts.gaps++;
      log.warn({ engine: engine.description }, 'more events than can be held: listing the containers again');
      listener.onStatus?.(status());
    },
    onEnd: (cause) => retry(cause, connectedAtMs),
  });
  const connect = (): void => {
    enter('connecting');
    session = openSession(engine, sessionListener(clock.monotonicMs()), sessionOptions);
  };

  connect();
  return {
    status,
    containers: () => known,
    refresh: () => session?.refresh(),
    stop() {
      cancelRetry();
      session?.close();
      session = undefined;
      enter('stopped');
    },
  };
}
