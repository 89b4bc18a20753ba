import type { AgentContext } from '@wharf/agent';
import { createEtcdKeyStore, createMemoryKeyStore, type KeyStore, readTlsFiles } from '@wharf/etcd-client';
import type { EtcdAccess } from '../configure.ts';
import type { RegistryUri } from '../registries/registry-scheme.ts';

/** A registry that is a store of keys. */
export type StoreUri = Exclude<RegistryUri, { readonly scheme: 'consul' }>;

/**
 * The store that a registry URI names; nothing is connected yet.
 * @throws Error when a file with credentials cannot be read
 */
export function openStore(
  registry: StoreUri,
  access: EtcdAccess,
  context: Pick<AgentContext, 'clock' | 'log'>,
): KeyStore {
  if (registry.scheme === 'memory') return createMemoryKeyStore({ clock: context.clock });
  const { username, password } = access;
  const files = readTlsFiles(access, { ca: '-etcd-ca', cert: '-etcd-cert', key: '-etcd-key' });
  const tls = files ?? (access.tls ? {} : undefined);
  const scheme = tls === undefined ? 'http' : 'https';
  return createEtcdKeyStore({
    endpoints: registry.endpoints.map((endpoint) => `${scheme}://${endpoint}`),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
    log: context.log,
  });
}
