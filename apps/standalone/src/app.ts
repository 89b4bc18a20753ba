import type { Agent, AgentContext } from '@wharf/agent';
import { createDnsServer } from '@wharf/dns-server';
import type { DockerEngine } from '@wharf/docker-watcher';
import { createMemoryKeyStore } from '@wharf/etcd-client';
import { createLogShipper } from '@wharf/log-shipper';
import { createKeyStoreRegistry, createRegistrar, createSkydnsLayout } from '@wharf/registrar';
import { combineAgents } from './combine-agents.ts';
import type { StandaloneConfig } from './configure.ts';
import { nameDnsOption } from './name-dns-option.ts';

/** What the three agents work with besides the context of every agent; the engine stays open when they stop. */
export interface StandaloneDependencies extends AgentContext {
  readonly engine: DockerEngine;
  /** The container that the three run in, whose output is never shipped. */
  readonly ownContainerId?: string | undefined;
}

/**
 * Registrar, DNS server and log shipper in one process, over one engine and a store in memory. The DNS server starts
 * first, for it alone can fail for good (its address is in use), and stops last, so that it says of every service that
 * it is gone before it is gone itself.
 */
export function createStandalone(config: StandaloneConfig, dependencies: StandaloneDependencies): Agent {
  const store = createMemoryKeyStore({ clock: dependencies.clock });
  const as = (agent: string) => ({ ...dependencies, store, log: dependencies.log.child({ agent }) });
  const dnsServer = createDnsServer(config.dnsServer, as('dns-server'));
  const services = createKeyStoreRegistry({
    ...as('registrar'),
    ...config.registrar,
    layout: createSkydnsLayout(config.domain, config.registrar),
  });
  const agents = combineAgents([
    [{ name: 'dns', agent: nameDnsOption(dnsServer, config.dnsServer.listen) }],
    [
      { name: 'registrar', agent: createRegistrar(config.registrar, { ...as('registrar'), services }) },
      { name: 'log', agent: createLogShipper(config.logShipper, as('log-shipper')) },
    ],
  ]);
  return {
    ...agents,
    async stop() {
      try {
        await agents.stop();
      } finally {
        await store.close();
      }
    },
  };
}
