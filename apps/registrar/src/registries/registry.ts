import type { Layout } from '../records/layout.ts';

/**
 * How much to look at: `changes` compares what is wanted with what is known to be registered, `everything` first reads
 * what is registered, and tries again what could not be registered.
 */
export type SyncScope = 'changes' | 'everything';

/** What was done to one key. */
export interface AppliedOperation {
  readonly type: 'put' | 'delete';
  readonly key: string;
}

export interface SyncReport {
  readonly scope: SyncScope;
  readonly applied: readonly AppliedOperation[];
}

/** A key that we want and somebody else has. */
export interface Conflict {
  readonly key: string;
  /** Who has it, as the registry can tell: `lease 7587873`. */
  readonly holder: string;
}

/** Who uses a registry; called from `Registry.start` on. */
export interface RegistryListener {
  /**
   * What should be registered for this host, values by key; undefined while the containers are not known yet. It goes on
   * to change with the containers: whoever waits in between takes a copy, or asks again.
   */
  desired(): ReadonlyMap<string, string> | undefined;
  onSynced(report: SyncReport): void;
  /** A synchronisation failed, and is tried again. */
  onFailed(error: unknown, scope: SyncScope): void;
  /** From now on this process, and no other, writes the records of this host. */
  onHeld(): void;
  /** It may not any more; `onHeld` follows when it may again. */
  onLost(): void;
}

/**
 * Where services are announced, and how. It keeps what is registered for this host equal to what is desired, writes
 * only differences, and never touches what somebody else has registered. Whatever fails is tried again, for as long as it
 * runs. To add a registry is to implement this: see the README, "How to add to it".
 */
export interface Registry {
  /** In words, for logs and messages, without credentials: `etcd http://10.0.0.1:2379`. */
  readonly description: string;
  readonly layout: Layout;
  /**
   * Resolves when the registry has answered.
   * @throws Error when it has not
   */
  probe(): Promise<void>;
  /** Begins to work; returns at once. */
  start(listener: RegistryListener): void;
  /**
   * Something may have changed. Requests made during a synchronisation are answered by one more.
   * @param keys those whose desired value may be another, where it is known that all others are the same
   */
  request(scope: SyncScope, keys?: ReadonlySet<string>): void;
  conflicts(): readonly Conflict[];
  /** Why what is registered may not be what is desired, a sentence each; empty when it is. */
  readiness(): readonly string[];
  /** What it holds, for `/debug/registry`: values that JSON can carry, without secrets. */
  debug(): unknown;
  /** `keep` leaves the records to the next process for as long as they last, `remove` takes them out. */
  stop(records: 'keep' | 'remove'): Promise<void>;
}
