import { type KeyStore, KeyStoreError, type Transaction, type WatchListener } from '@wharf/etcd-client';

/** A link to a store that can be cut; several of them may lead to one store. */
export interface UnreliableStore extends KeyStore {
  /** Every watch ends and every call fails, until `heal`. */
  cut(): void;
  /** Transactions are applied but their answers are lost, until `heal`. */
  loseAnswers(): void;
  /** Transactions fail, and are applied when `deliver` is called: a request that a server takes up late. Until `heal`. */
  delayTransactions(): void;
  /** Applies what was delayed. */
  deliver(): Promise<void>;
  /** Changes that watches see are held back, in order, until `heal`. */
  holdChanges(): void;
  heal(): void;
}

export function createUnreliableStore(store: KeyStore): UnreliableStore {
  const watches = new Set<(error: KeyStoreError) => void>();
  let mode: 'whole' | 'cut' | 'deaf' | 'slow' | 'late' = 'whole';
  const held: (() => void)[] = [];
  const delayed: Transaction[] = [];
  const unavailable = (): KeyStoreError => new KeyStoreError('unavailable', 'the link to the store is cut');
  const call = async <T>(task: () => Promise<T>): Promise<T> => {
    if (mode === 'cut') throw unavailable();
    return task();
  };

  return {
    description: store.description,
    get: (key) => call(() => store.get(key)),
    async *list(prefix) {
      if (mode === 'cut') throw unavailable();
      yield* store.list(prefix);
    },
    transact: (transaction) =>
      call(async () => {
        if (mode === 'slow') {
          delayed.push(transaction);
          throw unavailable();
        }
        const result = await store.transact(transaction);
        if (mode === 'deaf') throw unavailable();
        return result;
      }),
    watch(prefix, fromRevision, listener) {
      if (mode === 'cut') {
        queueMicrotask(() => listener.onEnd({ reason: 'disconnected', error: unavailable() }));
        return { close: () => undefined };
      }
      let isOpen = true;
      const guarded: WatchListener = {
        onOpen: () => isOpen && listener.onOpen(),
        onChanges(changes, revision) {
          const deliver = (): void => {
            if (isOpen) listener.onChanges(changes, revision);
          };
          if (mode === 'late') held.push(deliver);
          else deliver();
        },
        onEnd(end) {
          if (!isOpen) return;
          isOpen = false;
          watches.delete(drop);
          listener.onEnd(end);
        },
      };
      const stream = store.watch(prefix, fromRevision, guarded);
      const drop = (error: KeyStoreError): void => {
        guarded.onEnd({ reason: 'disconnected', error });
        stream.close();
      };
      watches.add(drop);
      return stream;
    },
    grantLease: (ttlSeconds) => call(() => store.grantLease(ttlSeconds)),
    renewLease: (id) => call(() => store.renewLease(id)),
    revokeLease: (id) => call(() => store.revokeLease(id)),
    inspectLease: (id) => call(() => store.inspectLease(id)),
    close: () => Promise.resolve(),
    cut() {
      mode = 'cut';
      for (const drop of watches) drop(unavailable());
    },
    loseAnswers() {
      mode = 'deaf';
    },
    delayTransactions() {
      mode = 'slow';
    },
    async deliver() {
      for (const transaction of delayed.splice(0)) await store.transact(transaction).catch(() => undefined);
    },
    holdChanges() {
      mode = 'late';
    },
    heal() {
      mode = 'whole';
      for (const deliver of held.splice(0)) deliver();
    },
  };
}
