import { silentLogger } from '@wharf/agent';
import { createEtcdKeyStore, type KeyStore } from '@wharf/etcd-client';
import { startTestServer, type TestServer } from './start-server.ts';

/** Servers of one test, each with a connection to etcd of its own. */
export interface EtcdTestServers {
  start(etcdUrl: string, args: readonly string[]): Promise<TestServer>;
  /** Stops those that were started, and ends their connections. */
  stopAll(): Promise<void>;
}

export function createEtcdTestServers(): EtcdTestServers {
  const opened: { readonly server: TestServer; readonly store: KeyStore }[] = [];
  return {
    async start(etcdUrl, args) {
      const store = createEtcdKeyStore({ endpoints: [etcdUrl], log: silentLogger });
      const server = await startTestServer(store, args);
      opened.push({ server, store });
      return server;
    },
    async stopAll() {
      for (const { server, store } of opened.splice(0)) {
        await server.agent.stop();
        await store.close();
      }
    },
  };
}
