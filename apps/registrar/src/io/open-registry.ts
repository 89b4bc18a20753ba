import type { AgentContext } from '@wharf/agent';
import type { RegistrarSettings } from '../configure.ts';
import type { Layout } from '../records/layout.ts';
import { layoutOf } from '../records/layout-of.ts';
import type { Registry } from '../registries/registry.ts';
import { createConsulAgent } from './consul-agent.ts';
import { createConsulRegistry } from './consul-registry.ts';
import { createDryRunRegistry, type DryRunOptions } from './dry-run-registry.ts';
import { createKeyStoreRegistry } from './key-store-registry.ts';
import { lookAtConsul, lookAtKeyStore } from './look-at-registry.ts';
import { openStore, type StoreUri } from './open-store.ts';

/** A registry with what must be closed after it has stopped. */
export interface OpenRegistry {
  readonly registry: Registry;
  close(): Promise<void>;
}

/** What the kinds of registries differ in. */
interface Backend {
  readonly description: string;
  /** For `-dry-run`. */
  readonly look: DryRunOptions['look'];
  create(): Registry;
  close(): Promise<void>;
}

/**
 * The registry that a command line names; nothing is connected yet.
 * @throws Error when a file with credentials cannot be read
 */
export function openRegistry(settings: RegistrarSettings, context: AgentContext): OpenRegistry {
  const uri = settings.registry;
  const layout = layoutOf(uri, settings.registrar);
  const backend =
    uri.scheme === 'consul'
      ? consulBackend(uri.endpoint, layout, settings, context)
      : keyStoreBackend(uri, layout, settings, context);
  return {
    registry: settings.dryRun ? createDryRunRegistry({ ...context, ...backend, layout }) : backend.create(),
    close: () => backend.close(),
  };
}

function keyStoreBackend(uri: StoreUri, layout: Layout, settings: RegistrarSettings, context: AgentContext): Backend {
  const store = openStore(uri, settings.etcd, context);
  const { host, ttlSeconds } = settings.registrar;
  return {
    description: store.description,
    look: (desired) => lookAtKeyStore(store, host, desired),
    create: () => createKeyStoreRegistry({ ...context, store, layout, host, ttlSeconds }),
    close: () => store.close(),
  };
}

function consulBackend(endpoint: string, layout: Layout, settings: RegistrarSettings, context: AgentContext): Backend {
  const agent = createConsulAgent({ endpoint, token: settings.consulToken });
  const rules = { host: settings.registrar.host, cleanup: settings.cleanup };
  return {
    description: agent.description,
    look: (desired) => lookAtConsul(agent, rules, desired),
    create: () => createConsulRegistry({ ...context, ...rules, agent, layout }),
    close: async () => agent.close(),
  };
}
