import { silentLogger } from '@wharf/agent';
import { startEtcd } from '@wharf/testkit';
import { createEtcdKeyStore } from './etcd-key-store.ts';
import { describeKeyStore } from './testing/key-store-suite.ts';

describeKeyStore('etcd', async () => {
  const etcd = await startEtcd();
  const open = () => createEtcdKeyStore({ endpoints: [etcd.url], log: silentLogger });
  const store = open();
  return {
    store,
    compact: (revision) => etcd.compact(revision),
    advance: async () => undefined,
    open: async () => open(),
    async dispose() {
      await store.close();
      await etcd.stop();
    },
  };
});
