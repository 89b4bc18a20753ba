import type { AgentContext } from '@wharf/agent';
import { createEtcdKeyStore, createMemoryKeyStore, type KeyStore } from '@wharf/etcd-client';
import type { EtcdAccess } from '../configure.ts';
import type { RegistryUri } from '../registry-uri.ts';
import { readTlsFiles } from './read-credentials.ts';

/**
 * The store that a registry URI names; nothing is connected yet.
 * @throws Error when a file with credentials cannot be read
 */
export function openStore(
  registry: RegistryUri,
  access: EtcdAccess,
  context: Pick<AgentContext, 'clock' | 'log'>,
): KeyStore {
  if (registry.scheme === 'memory') return createMemoryKeyStore({ clock: context.clock });
  const { username, password } = access;
  const tls = readTlsFiles(access);
  const scheme = tls === undefined ? 'http' : 'https';
  return createEtcdKeyStore({
    endpoints: registry.endpoints.map((endpoint) => `${scheme}://${endpoint}`),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
    log: context.log,
  });
}
