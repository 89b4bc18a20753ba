import type { Container } from './container.ts';
import type { ContainerEvent, EngineError } from './engine.ts';

/** Something happened to a container, and this is what it looks like after it. */
export interface ContainerChange extends ContainerEvent {
  /**
   * Inspected after the event was received, so perhaps newer than the event itself, and never older than an end of the
   * container that has been heard of; undefined when it is gone, or can neither be inspected nor has been before.
   */
  readonly container: Container | undefined;
}

/** Who follows the containers. Nothing is called before the first snapshot, nor after `stop`. */
export interface ContainerListener {
  /**
   * All containers, also those that do not run: first of all, after every reconnection, and after `refresh`. It
   * replaces whatever was known: a container that is not in it is gone.
   */
  onSnapshot(containers: ReadonlyMap<string, Container>): void;
  /**
   * Every event, in the engine's order for one container; events of different containers may change places. The first
   * ones after a snapshot may be older than it: events of about the last second are reported again. Of networks there is
   * word only while the container runs: what start and end do to them shows in those.
   */
  onChange(change: ContainerChange): void;
  /**
   * Every event at once, before the container is looked at again: for those who act on what an event itself says. Calls
   * of `onChange` with the same event follow.
   * @param container as it was known, with the end that a `die` or `destroy` tells for certain: see `afterEvent`
   */
  onEvent?(event: ContainerEvent, container: Container | undefined): void;
  /** The phase is another, or events may have been missed. */
  onStatus?(status: FollowerStatus): void;
}

/**
 * - `connecting`: subscribing to the events.
 * - `listing`: subscribed; the first snapshot of this connection is on its way.
 * - `following`: the listener is up to date.
 * - `waiting`: the connection failed; the next attempt comes after a delay.
 * - `stopped`: by `stop`.
 */
export type FollowerPhase = 'connecting' | 'listing' | 'following' | 'waiting' | 'stopped';

export interface FollowerStatus {
  readonly phase: FollowerPhase;
  /** Why it is not following; undefined from the moment it follows again. */
  readonly error: EngineError | undefined;
  /** How often events may have been missed since the start: a stream lost, or more events than could be held. */
  readonly gaps: number;
  readonly snapshots: number;
  /** Events delivered as changes. */
  readonly changes: number;
  /** Inspections that the engine could not answer in a way that can be understood: see the log. */
  readonly failedInspections: number;
}

/** A follower at work: it never gives up, and ends with `stop` alone. */
export interface Follower {
  status(): FollowerStatus;
  /** What the listener has been told so far: the last snapshot with the changes since. */
  containers(): ReadonlyMap<string, Container>;
  /**
   * Lists again and delivers a snapshot, on the connection that there is; changes go on meanwhile. While there is no
   * connection it does nothing, for the next one begins with a snapshot.
   */
  refresh(): void;
  /** Nothing is delivered from now on. The engine stays open. */
  stop(): void;
}
