import { silentLogger } from '@wharf/agent';
import { createEtcdKeyStore, type EtcdKeyStoreOptions } from '../etcd-key-store.ts';
import type { KeyStore, TransactionResult } from '../key-store.ts';

/** Opens a store on etcd for one use of it, beginning with the first of its endpoints, and closes it. */
export async function withStore<T>(
  options: Partial<EtcdKeyStoreOptions>,
  use: (store: KeyStore) => Promise<T>,
): Promise<T> {
  const store = createEtcdKeyStore({ endpoints: [], log: silentLogger, random: () => 0, ...options });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Puts one key, unguarded and without a lease. */
export function putOne(store: KeyStore, key: string, value = ''): Promise<TransactionResult> {
  return store.transact({ guards: [], operations: [{ type: 'put', key, value }] });
}
