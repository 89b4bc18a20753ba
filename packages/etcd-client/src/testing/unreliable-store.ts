import { type KeyStore, KeyStoreError, type WatchListener } from '../key-store.ts';

/** A store whose link fails on demand, for the supervisors' tests on a clock that stands still. */
export interface UnreliableStore {
  readonly store: KeyStore;
  /** Calls that wait for `heal`. */
  readonly waiting: number;
  /** Calls and watches that failed of the broken link. */
  readonly refused: number;
  /** Every call fails with `unavailable` until `heal`; watches under way end, new ones end at once. */
  breakLink(): void;
  /** Calls made from now on get no answer until `heal`; watches go on. */
  goSilent(): void;
  /** Ends the watches under way; nothing else fails. */
  cutWatches(): void;
  heal(): void;
}

export function createUnreliableStore(inner: KeyStore): UnreliableStore {
  const cuts = new Set<() => void>();
  const held = new Set<() => void>();
  let refused = 0;
  let mode: 'open' | 'broken' | 'silent' = 'open';

  const unavailable = (): KeyStoreError => new KeyStoreError('unavailable', 'the link is cut');
  const refuse = (): KeyStoreError => {
    refused++;
    return unavailable();
  };
  const pass = async (): Promise<void> => {
    if (mode === 'silent') await new Promise<void>((resolve) => held.add(resolve));
    if (mode === 'broken') throw refuse();
  };
  const cutWatches = (): void => {
    for (const cut of cuts) cut();
  };

  const watch: KeyStore['watch'] = (prefix, fromRevision, listener) => {
    if (mode === 'broken') {
      queueMicrotask(() => listener.onEnd({ reason: 'disconnected', error: refuse() }));
      return { close: () => undefined };
    }
    let ended = false;
    const end: WatchListener['onEnd'] = (reason) => {
      if (ended) return;
      ended = true;
      cuts.delete(cut);
      listener.onEnd(reason);
    };
    const stream = inner.watch(prefix, fromRevision, {
      onOpen: () => !ended && listener.onOpen(),
      onChanges: (changes, revision) => !ended && listener.onChanges(changes, revision),
      onEnd: end,
    });
    const cut = (): void => {
      end({ reason: 'disconnected', error: unavailable() });
      stream.close();
    };
    cuts.add(cut);
    return stream;
  };

  return {
    store: {
      description: 'unreliable',
      get: (key) => pass().then(() => inner.get(key)),
      async *list(prefix) {
        await pass();
        for await (const page of inner.list(prefix)) {
          yield page;
          await pass();
        }
      },
      transact: (transaction) => pass().then(() => inner.transact(transaction)),
      watch,
      grantLease: (ttlSeconds) => pass().then(() => inner.grantLease(ttlSeconds)),
      renewLease: (id) => pass().then(() => inner.renewLease(id)),
      revokeLease: (id) => pass().then(() => inner.revokeLease(id)),
      inspectLease: (id) => pass().then(() => inner.inspectLease(id)),
      close: () => inner.close(),
    },
    get waiting() {
      return held.size;
    },
    get refused() {
      return refused;
    },
    breakLink() {
      mode = 'broken';
      cutWatches();
    },
    goSilent() {
      mode = 'silent';
    },
    cutWatches,
    heal() {
      mode = 'open';
      for (const release of held) release();
      held.clear();
    },
  };
}
