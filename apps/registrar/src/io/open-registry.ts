import type { AgentContext } from '@wharf/agent';
import type { RegistrarSettings } from '../configure.ts';
import type { Layout } from '../records/layout.ts';
import { layoutOf } from '../records/layout-of.ts';
import type { Registry } from '../registries/registry.ts';
import { createConsulAgent } from './consul-agent.ts';
import { createConsulRegistry } from './consul-registry.ts';
import { createDryRunRegistry } from './dry-run-registry.ts';
import { createKeyStoreRegistry } from './key-store-registry.ts';
import { lookAtConsul, lookAtKeyStore } from './look-at-registry.ts';
import { openStore, type StoreUri } from './open-store.ts';

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
  const { registry } = settings;
  const layout = layoutOf(registry, settings.registrar);
  return registry.scheme === 'consul'
    ? openConsul(registry.endpoint, layout, settings, context)
    : openKeys(registry, layout, settings, context);
}

function openKeys(uri: StoreUri, layout: Layout, settings: RegistrarSettings, context: AgentContext): OpenRegistry {
  const store = openStore(uri, settings.etcd, context);
  const { description } = store;
  const { host, ttlSeconds } = settings.registrar;
  return {
    registry: settings.dryRun
      ? createDryRunRegistry({
          ...context,
          description,
          layout,
          look: (desired) => lookAtKeyStore(store, host, desired),
        })
      : createKeyStoreRegistry({ ...context, store, layout, host, ttlSeconds }),
    close: () => store.close(),
  };
}

function openConsul(
  endpoint: string,
  layout: Layout,
  settings: RegistrarSettings,
  context: AgentContext,
): OpenRegistry {
  const agent = createConsulAgent({ endpoint, token: settings.consulToken });
  const { description } = agent;
  const rules = { host: settings.registrar.host, cleanup: settings.cleanup };
  return {
    registry: settings.dryRun
      ? createDryRunRegistry({
          ...context,
          description,
          layout,
          look: (desired) => lookAtConsul(agent, rules, desired),
        })
      : createConsulRegistry({ ...context, ...rules, agent, layout }),
    close: async () => agent.close(),
  };
}
