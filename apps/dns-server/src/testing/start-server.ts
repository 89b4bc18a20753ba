import { type Agent, Registry, silentLogger, systemClock } from '@wharf/agent';
import type { KeyStore } from '@wharf/etcd-client';
import { type DnsQuery, type DnsReply, eventually, freePort, queryDns } from '@wharf/testkit';
import { createDnsServer, type DnsServerDependencies } from '../app.ts';
import { configureStored } from './configure-server.ts';

export interface TestServer {
  readonly agent: Agent;
  readonly port: number;
  readonly registry: Registry;
  ask(name: string, type: string, more?: Partial<DnsQuery>): Promise<DnsReply>;
  /** Resolves when the server answers from the store's `revision` or a newer one. */
  reached(revision: number): Promise<void>;
}

/** A started server on 127.0.0.1, whose wall clock stands still at 1970 and so gives SOA records the serial 0. */
export async function startTestServer(
  store: KeyStore,
  args: readonly string[] = [],
  random: () => number = () => 0,
  more: Partial<DnsServerDependencies> = {},
): Promise<TestServer> {
  const port = await freePort();
  const registry = new Registry();
  const configuration = configureStored([...args, '-addr', `127.0.0.1:${port}`]);
  const clock = { ...systemClock, wallMs: () => 0 };
  const context = { log: silentLogger, clock, random, registry, hostname: 'host' };
  const agent = createDnsServer(configuration.server, { ...context, store, configuration, ...more });
  await agent.start();
  return {
    agent,
    port,
    registry,
    ask: (name, type, more = {}) => queryDns({ port, name, type, ...more }),
    reached: (revision) =>
      eventually(`revision ${revision} is answered from`, async () => {
        const metric = registry.getSingleMetricAsString('wharf_dns_store_revision');
        const seen = Number(/^wharf_dns_store_revision (\d+)$/m.exec(await metric)?.[1]);
        if (!(seen >= revision)) throw new Error(`it is at ${seen}`);
        const states = await registry.getSingleMetricAsString('wharf_dns_data_state');
        if (states.includes('{state="loading"} 1')) throw new Error('it has not read the store yet');
      }),
  };
}
