/** An etcd revision: a counter of the whole store, far below 2^53 in any store that lives. */
export type Revision = number;

/** A lease's ID as decimal text: 64 bits, so not a `number`. */
export type LeaseId = string;

/** The `lease` of an entry that has none. */
export const NO_LEASE: LeaseId = '0';

/** One key as the store holds it. */
export interface Entry {
  readonly key: string;
  readonly value: string;
  readonly createRevision: Revision;
  readonly modRevision: Revision;
  /** The lease that the key goes away with, or `NO_LEASE`. */
  readonly lease: LeaseId;
}

/** Some of the entries of a listing; all pages of one listing carry the same revision. */
export interface Page {
  readonly revision: Revision;
  readonly entries: readonly Entry[];
}

/** A change of one key, as a watch reports it. */
export type Change =
  | { readonly type: 'put'; readonly entry: Entry }
  | { readonly type: 'delete'; readonly key: string; readonly modRevision: Revision };

/** What must hold for a transaction to be applied; all guards must hold. */
export type Guard =
  | { readonly type: 'absent'; readonly key: string }
  | { readonly type: 'lease'; readonly key: string; readonly lease: LeaseId }
  | { readonly type: 'revision'; readonly key: string; readonly modRevision: Revision };

export type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: string; readonly lease?: LeaseId }
  | { readonly type: 'delete'; readonly key: string };

export interface Transaction {
  readonly guards: readonly Guard[];
  /** At most `MAX_TRANSACTION_OPERATIONS`. */
  readonly operations: readonly Operation[];
}

export interface TransactionResult {
  /** False: a guard did not hold and nothing was written. */
  readonly applied: boolean;
  readonly revision: Revision;
}

/** etcd's own limit per transaction (`--max-txn-ops`, default 128). */
export const MAX_TRANSACTION_OPERATIONS = 128;

export interface Lease {
  readonly id: LeaseId;
  /** What the store granted: seconds, possibly more than was asked for. */
  readonly ttlSeconds: number;
}

export interface LeaseState {
  /** Seconds left before the lease and all its keys go. */
  readonly remainingSeconds: number;
  readonly grantedSeconds: number;
  /** Every key that is attached to the lease. */
  readonly keys: readonly string[];
}

/**
 * Why a watch stream ended. Whoever follows a prefix lists again after `compacted` and resumes after `disconnected`.
 * - `compacted`: the store does not have the history from the revision asked for: it was compacted, or the store is
 *   another one or went back in time (restored from a backup, started empty), or a proxy in between has too
 *   much of it for one message. `compactRevision` is the oldest revision that a watch can begin at, or the newest there is.
 */
export type WatchEnd =
  | { readonly reason: 'compacted'; readonly compactRevision: Revision }
  | { readonly reason: 'disconnected'; readonly error: KeyStoreError }
  | { readonly reason: 'closed' };

export interface WatchListener {
  /**
   * The store has accepted the watch: no change from `fromRevision` on will be missed on this stream. Where that
   * revision turns out to be compacted, `onEnd` follows at once.
   */
  onOpen(): void;
  /** Changes in order of revision; all changes of one revision arrive in one call. */
  onChanges(changes: readonly Change[], revision: Revision): void;
  /** Called exactly once, last. */
  onEnd(end: WatchEnd): void;
}

export interface WatchStream {
  /** Ends the stream; `onEnd` is called with `closed` before this returns, unless the stream had ended already. */
  close(): void;
}

/**
 * What Wharf needs of a store: etcd v3's data model, no more. Every call has a deadline of its own and fails with a
 * `KeyStoreError`; none retries: the supervisors (`followPrefix`, `keepLease`) and the callers decide that.
 */
export interface KeyStore {
  /** The store in words for logs and messages, without credentials: `etcd http://10.0.0.1:2379`. */
  readonly description: string;
  get(key: string): Promise<Entry | undefined>;
  /**
   * All keys that start with `prefix`, in key order (UTF-8), in pages, all at the revision of the first page. There is
   * always a first page, empty when nothing is found, so that the revision is known.
   */
  list(prefix: string): AsyncIterable<Page>;
  transact(transaction: Transaction): Promise<TransactionResult>;
  /**
   * One raw watch stream over `prefix` from `fromRevision` on (0: from now on). The listener is never called before this
   * returns. A stream does not survive a cut: see `followPrefix`.
   */
  watch(prefix: string, fromRevision: Revision, listener: WatchListener): WatchStream;
  grantLease(ttlSeconds: number): Promise<Lease>;
  /** Renews the lease; resolves to the seconds it now has, 0 when the store does not know it (any more). */
  renewLease(id: LeaseId): Promise<number>;
  /** Ends the lease and removes its keys; a lease that is already gone is not an error. */
  revokeLease(id: LeaseId): Promise<void>;
  /** Undefined when the store does not know the lease. */
  inspectLease(id: LeaseId): Promise<LeaseState | undefined>;
  /** Ends every watch with `closed` and fails every call under way with `closed`. */
  close(): Promise<void>;
}

/**
 * - `unavailable`: no endpoint answered in time, or the cluster has no leader: try again.
 * - `unauthorized`: the store refuses these credentials for this key or call.
 * - `invalid`: the store refuses the request itself (too large, too many operations): do not repeat it.
 * - `lease-not-found`: a put named a lease that does not exist (any more).
 * - `closed`: `close()` was called.
 */
export type KeyStoreErrorCode = 'unavailable' | 'unauthorized' | 'invalid' | 'lease-not-found' | 'closed';

export class KeyStoreError extends Error {
  override readonly name = 'KeyStoreError';
  readonly code: KeyStoreErrorCode;

  constructor(code: KeyStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
