import type { Clock } from '@wharf/agent';
import { checkTransaction } from './check-transaction.ts';
import { compareKeys } from './compare-keys.ts';
import {
  type Change,
  type Entry,
  type Guard,
  type KeyStore,
  KeyStoreError,
  type LeaseId,
  NO_LEASE,
  type Operation,
  type Page,
  type Revision,
  type Transaction,
  type TransactionResult,
  type WatchListener,
  type WatchStream,
} from './key-store.ts';
import { createHistory } from './memory-history.ts';
import { createLeaseTable } from './memory-leases.ts';
import { createMemoryWatch, type MemoryWatch } from './memory-watch.ts';
import { PAGE_SIZE } from './page-size.ts';

export interface MemoryKeyStoreOptions {
  /** Leases run out on its monotonic side. */
  readonly clock: Clock;
  /** How many changes are kept for watches that begin in the past; 10,000 when absent. */
  readonly historyLimit?: number;
}

/** A store within the process, with etcd's semantics: for one host without etcd, and for tests. */
export interface MemoryKeyStore extends KeyStore {
  readonly revision: Revision;
  /**
   * Forgets all history before `revision`, as `etcdctl compact` does.
   * @throws KeyStoreError `invalid` when that revision does not exist yet
   */
  compact(revision: Revision): void;
}

const DEFAULT_HISTORY_LIMIT = 10_000;

/** An empty store at revision 1, as etcd's is. Nothing is kept on disk; `close` stops its timers. */
export function createMemoryKeyStore(options: MemoryKeyStoreOptions): MemoryKeyStore {
  const entries = new Map<string, Entry>();
  const watches = new Set<MemoryWatch>();
  const history = createHistory(options.historyLimit ?? DEFAULT_HISTORY_LIMIT);
  const leases = createLeaseTable(options.clock, (id) => endLease(id));
  let revision: Revision = 1;
  let closed = false;

  const assertOpen = (): void => {
    if (closed) throw new KeyStoreError('closed', 'the memory store is closed');
  };

  const put = (key: string, value: string, lease: LeaseId, modRevision: Revision): Change => {
    const previous = entries.get(key);
    if (previous !== undefined) leases.detach(previous.lease, key);
    const entry = { key, value, createRevision: previous?.createRevision ?? modRevision, modRevision, lease };
    entries.set(key, entry);
    leases.attach(lease, key);
    return { type: 'put', entry };
  };

  const remove = (key: string, modRevision: Revision): Change[] => {
    const previous = entries.get(key);
    if (previous === undefined) return [];
    leases.detach(previous.lease, key);
    entries.delete(key);
    return [{ type: 'delete', key, modRevision }];
  };

  /** Applies all operations as one revision; nothing changed is no revision. */
  const commit = (operations: readonly Operation[]): void => {
    const next = revision + 1;
    const changes = operations.flatMap((operation) =>
      operation.type === 'put'
        ? put(operation.key, operation.value, operation.lease ?? NO_LEASE, next)
        : remove(operation.key, next),
    );
    if (changes.length === 0) return;
    revision = next;
    history.append({ revision, changes });
    for (const watch of watches) watch.offer({ revision, changes });
  };

  const endLease = (id: LeaseId): void => {
    const keys = [...leases.remove(id)].sort(compareKeys);
    commit(keys.map((key) => ({ type: 'delete', key })));
  };

  const transact = ({ guards, operations }: Transaction): TransactionResult => {
    if (!guards.every((guard) => holds(guard, entries.get(guard.key)))) return { applied: false, revision };
    for (const operation of operations) {
      if (operation.type === 'put' && !leases.has(operation.lease ?? NO_LEASE)) {
        const message = `the lease ${operation.lease} of ${operation.key} does not exist: grant one and put again`;
        throw new KeyStoreError('lease-not-found', message);
      }
    }
    commit(operations);
    return { applied: true, revision };
  };

  const watch = (prefix: string, fromRevision: Revision, listener: WatchListener): WatchStream => {
    const stream = createMemoryWatch(prefix, fromRevision, listener, () => watches.delete(stream));
    if (closed) {
      stream.finish({ reason: 'closed' });
    } else if (fromRevision > 0 && fromRevision < history.compactRevision) {
      stream.finish({ reason: 'compacted', compactRevision: history.compactRevision });
    } else if (fromRevision > revision + 1) {
      stream.finish({ reason: 'compacted', compactRevision: revision });
    } else {
      stream.open();
      for (const past of history.from(fromRevision === 0 ? revision + 1 : fromRevision)) stream.offer(past);
    }
    watches.add(stream);
    return stream;
  };

  return {
    description: 'memory',
    get revision() {
      return revision;
    },
    async get(key) {
      assertOpen();
      return entries.get(key);
    },
    async *list(prefix) {
      assertOpen();
      const found = [...entries.values()].filter(({ key }) => key.startsWith(prefix));
      found.sort((a, b) => compareKeys(a.key, b.key));
      for (const page of pagesOf(found, revision)) {
        assertOpen();
        yield page;
      }
    },
    async transact(transaction) {
      assertOpen();
      const refused = checkTransaction(transaction);
      if (refused !== undefined) throw refused;
      return transact(transaction);
    },
    watch,
    async grantLease(ttlSeconds) {
      assertOpen();
      return leases.grant(ttlSeconds);
    },
    async renewLease(id) {
      assertOpen();
      return leases.renew(id);
    },
    async revokeLease(id) {
      assertOpen();
      endLease(id);
    },
    async inspectLease(id) {
      assertOpen();
      return leases.inspect(id);
    },
    compact(at) {
      if (at > revision) throw new KeyStoreError('invalid', `revision ${at} does not exist: the newest is ${revision}`);
      history.compact(at);
    },
    async close() {
      closed = true;
      leases.close();
      for (const stream of watches) stream.close();
    },
  };
}

/** An absent key counts as one of revision 0 without a lease, as etcd has it. */
function holds(guard: Guard, entry: Entry | undefined): boolean {
  if (guard.type === 'absent') return entry === undefined;
  if (guard.type === 'lease') return (entry?.lease ?? NO_LEASE) === guard.lease;
  return (entry?.modRevision ?? 0) === guard.modRevision;
}

function pagesOf(entries: readonly Entry[], revision: Revision): Page[] {
  const pages: Page[] = [];
  for (let start = 0; start < Math.max(1, entries.length); start += PAGE_SIZE) {
    pages.push({ revision, entries: entries.slice(start, start + PAGE_SIZE) });
  }
  return pages;
}
