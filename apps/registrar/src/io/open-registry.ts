import type { AgentContext } from '@wharf/agent';
import type { RegistrarSettings } from '../configure.ts';
import { createSkydnsLayout } from '../records/skydns-layout.ts';
import type { Registry } from '../registries/registry.ts';
import { createKeyStoreRegistry } from './key-store-registry.ts';
import { openStore } from './open-store.ts';

/** A registry with what must be closed after it has stopped. */
export interface OpenRegistry {
  readonly registry: Registry;
  close(): Promise<void>;
}

/**
 * The registry that a command line names; nothing is connected yet.
 * @throws Error when a file with credentials cannot be read
 */
export function openRegistry(settings: RegistrarSettings, context: AgentContext): OpenRegistry {
  const store = openStore(settings.registry, settings.etcd, context);
  const { host, ttlSeconds } = settings.registrar;
  const layout = createSkydnsLayout(settings.registry.domain, settings.registrar);
  return {
    registry: createKeyStoreRegistry({ ...context, store, layout, host, ttlSeconds }),
    close: () => store.close(),
  };
}
