import type { Clock } from '@wharf/agent';
import { afterEvent } from './after-event.ts';
import type { Container } from './container.ts';
import { type ContainerEvent, concernsOneContainer, type DockerEngine, EngineError } from './engine.ts';
import type { ContainerChange } from './follower.ts';
import { createLimiter } from './limiter.ts';

/** What becomes of one connection's findings. */
export interface SessionListener {
  /** The events are subscribed to; the first listing begins. */
  onOpen(): void;
  onSnapshot(containers: ReadonlyMap<string, Container>): void;
  /** As soon as it is heard, but not before the first snapshot; `onChange` follows. */
  onEvent(event: ContainerEvent): void;
  onChange(change: ContainerChange): void;
  /** Whether this container ran when it was last looked at. */
  isRunning(id: string): boolean;
  /** This container could not be inspected: the container to take instead, if any. */
  onFailedInspection(id: string, error: EngineError): Container | undefined;
  /** More events came than can be held; they were dropped and a snapshot follows. */
  onOverflow(): void;
  /** Called once, last, unless the session was closed. */
  onEnd(error: EngineError): void;
}

export interface SessionOptions {
  readonly clock: Clock;
  /** How many containers are inspected at a time: once for listings, and once more for changes. */
  readonly concurrency: number;
  /** How often an engine whose events are silent is asked whether it is there, in milliseconds. */
  readonly livenessMs: number;
  /** How many events wait at most, for the first listing or for inspections. */
  readonly maxHeldEvents: number;
}

export interface Session {
  /** Lists again; a listing that is under way is followed by another. */
  refresh(): void;
  close(): void;
}

/**
 * Follows the containers over one subscription, until it is cut or a request to the engine fails: subscribe first, list
 * then, so that nothing falls in between.
 *
 * Before the first snapshot, events are held. Later listings hold nothing up: what an event brought while the listing ran
 * replaces what the listing found, for it is newer or a newer event follows it. No container is delivered as running that
 * an event has ended since it was inspected.
 */
export function openSession(engine: DockerEngine, listener: SessionListener, options: SessionOptions): Session {
  const inspectForListing = createLimiter(options.concurrency);
  const inspectForChange = createLimiter(options.concurrency);
  const held = new Map<string, ContainerEvent[]>();
  /** For each container in work, the events that its present inspection is for. */
  const inWork = new Map<string, readonly ContainerEvent[]>();
  /** The newest end of each container that has not been inspected since: what was inspected before is older. */
  const ends = new Map<string, ContainerEvent>();
  let heldEvents = 0;
  let isOpen = false;
  let isLive = false;
  let hasEnded = false;
  let isListing = false;
  let isListingWanted = false;
  /** What inspections brought that began while the listing ran: older ones know less than the listing. */
  let changed = new Map<string, Container | undefined>();
  let cancelLivenessCheck = (): void => undefined;

  const close = (): void => {
    hasEnded = true;
    cancelLivenessCheck();
    held.clear();
    stream.close();
  };
  const fail = (error: unknown): void => {
    if (hasEnded) return;
    close();
    listener.onEnd(error instanceof EngineError ? error : unexpected(engine, error));
  };

  /** Undefined as well when the session has ended meanwhile: nobody looks at the result then. */
  const inspect = async (id: string): Promise<Container | undefined> => {
    if (hasEnded) return undefined;
    try {
      return await engine.inspect(id);
    } catch (error) {
      if (hasEnded || !concernsOneContainer(error)) throw error;
      return listener.onFailedInspection(id, error);
    }
  };

  const list = async (): Promise<void> => {
    changed = new Map();
    isListingWanted = false;
    const ids = await engine.list();
    const found = await Promise.all(ids.map((id) => inspectForListing(() => inspect(id))));
    if (hasEnded) return;
    listener.onSnapshot(overlay(found.map(withEnd), changed));
    if (!isLive) announceHeld();
    for (const id of held.keys()) work(id);
    if (isListingWanted) await list();
  };
  const refresh = (): void => {
    if (!isOpen || hasEnded) return;
    isListingWanted = true;
    if (isListing) return;
    isListing = true;
    list().then(() => {
      isListing = false;
    }, fail);
  };

  const deliver = async (id: string): Promise<void> => {
    for (let events = take(id); events.length > 0; events = take(id)) {
      inWork.set(id, events);
      // IDs are never used again: what was destroyed need not be looked for.
      const isGone = events.at(-1)?.action === 'destroy';
      const overlaid = isListing ? changed : undefined;
      const end = ends.get(id);
      const inspected = isGone ? undefined : await inspectForChange(() => inspect(id));
      if (hasEnded) return;
      if (ends.get(id) === end) ends.delete(id);
      const container = withEnd(inspected);
      overlaid?.set(id, container);
      for (const event of events) listener.onChange({ ...event, container });
    }
    inWork.delete(id);
  };
  const work = (id: string): void => {
    if (hasEnded || inWork.has(id)) return;
    deliver(id).catch(fail);
  };
  const withEnd = (container: Container | undefined): Container | undefined => {
    const end = container === undefined ? undefined : ends.get(container.id);
    return end === undefined ? container : afterEvent(container, end);
  };
  const announceHeld = (): void => {
    isLive = true;
    for (const events of held.values()) for (const event of events) listener.onEvent(event);
  };
  const take = (id: string): readonly ContainerEvent[] => {
    const events = held.get(id) ?? [];
    held.delete(id);
    heldEvents -= events.length;
    return events;
  };
  const isRunning = (id: string): boolean => {
    const waiting = [...(inWork.get(id) ?? []), ...(held.get(id) ?? [])];
    const latest = waiting.findLast(({ action }) => action === 'start' || action === 'die');
    return latest === undefined ? listener.isRunning(id) : latest.action === 'start';
  };
  /**
   * Engines tell of each network just before a start and after an end too. There is nothing to see then, and looking
   * would hold up the look that the start itself deserves.
   */
  const isWorthALook = ({ id, action }: ContainerEvent): boolean =>
    !isNetworkAction(action) || !isLive || isRunning(id);
  const hear = (event: ContainerEvent): void => {
    if (!isWorthALook(event)) return;
    if (heldEvents >= options.maxHeldEvents) {
      held.clear();
      ends.clear();
      heldEvents = 0;
      listener.onOverflow();
      refresh();
      return;
    }
    if (ENDS.has(event.action)) ends.set(event.id, event);
    const events = held.get(event.id);
    if (events === undefined) held.set(event.id, [event]);
    else events.push(event);
    heldEvents++;
    if (!isLive) return;
    listener.onEvent(event);
    // Whoever acts on an end at once has something to send, and that goes first: the engine is busy with the end anyway.
    if (event.action === 'die') setImmediate(() => work(event.id));
    else work(event.id);
  };

  const checkLiveness = async (): Promise<void> => {
    await engine.version();
    if (!hasEnded) scheduleLivenessCheck();
  };
  const scheduleLivenessCheck = (): void => {
    cancelLivenessCheck = options.clock.schedule(options.livenessMs, () => {
      checkLiveness().catch(fail);
    });
  };

  const stream = engine.events({
    onOpen() {
      if (hasEnded) return;
      isOpen = true;
      listener.onOpen();
      scheduleLivenessCheck();
      refresh();
    },
    onEvent(event) {
      if (hasEnded) return;
      try {
        hear(event);
      } catch (error) {
        fail(error);
      }
    },
    onEnd: (error) => fail(error ?? new Error('the event stream was closed')),
  });
  return { refresh, close };
}

function isNetworkAction(action: string): boolean {
  return action === 'network_connect' || action === 'network_disconnect';
}

/** Events after which a container does not run, whatever was known of it before. */
const ENDS: ReadonlySet<string> = new Set(['die', 'destroy']);

function overlay(
  found: readonly (Container | undefined)[],
  changed: ReadonlyMap<string, Container | undefined>,
): ReadonlyMap<string, Container> {
  const containers = new Map<string, Container>();
  for (const container of [...found, ...changed.values()]) {
    if (container !== undefined) containers.set(container.id, container);
  }
  for (const [id, container] of changed) {
    if (container === undefined) containers.delete(id);
  }
  return containers;
}

function unexpected(engine: DockerEngine, error: unknown): EngineError {
  const reason = error instanceof Error ? error.message : String(error);
  return new EngineError('unavailable', `following the containers of ${engine.description} failed: ${reason}`, {
    cause: error,
  });
}
