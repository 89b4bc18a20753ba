import { silentLogger } from '@wharf/agent';
import { createEtcdKeyStore, type KeyStore } from '@wharf/etcd-client';
import type { EtcdServer } from '@wharf/testkit';

/** How many are waited for at once: a start of all together is measured where it is meant. */
const AT_ONCE = 50;

/** Does the same for many, some at a time. */
export async function forMany<T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const workNext = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, workNext));
}

/** Stores with a connection each, as so many agents have them; closed with `cleanup`. */
export async function openStores(
  etcd: Pick<EtcdServer, 'url'>,
  count: number,
  cleanup: AsyncDisposableStack,
  watchSilenceMs?: number,
): Promise<readonly KeyStore[]> {
  const stores = Array.from({ length: count }, () =>
    createEtcdKeyStore({
      endpoints: [etcd.url],
      log: silentLogger,
      isolated: true,
      ...(watchSilenceMs === undefined ? {} : { watchSilenceMs }),
      callDeadlineMs: 60_000,
    }),
  );
  cleanup.defer(async () => {
    await Promise.all(stores.map((store) => store.close()));
  });
  await forMany(stores, async (store) => {
    await store.get('/connect');
  });
  return stores;
}

/** Opens a watch; resolves when etcd has accepted it. */
export function openWatch(
  store: KeyStore,
  prefix: string,
  onChanges: (count: number) => void,
  fromRevision = 0,
): Promise<void> {
  return new Promise((resolve, reject) => {
    store.watch(prefix, fromRevision, {
      onOpen: resolve,
      onChanges: (changes) => onChanges(changes.length),
      onEnd(end) {
        if (end.reason !== 'closed') reject(new Error(`a watch ended: ${end.reason}`));
      },
    });
  });
}
