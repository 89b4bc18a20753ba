import { silentLogger } from '@wharf/agent';
import { startEtcd, startFaultyProxy } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { createEtcdKeyStore } from './etcd-key-store.ts';

describe('connections of stores in one process', () => {
  it.each([
    { isolated: false, expected: 1 },
    { isolated: true, expected: 3 },
  ])('are $expected for three stores with isolated: $isolated', async ({ isolated, expected }) => {
    await using cleanup = new AsyncDisposableStack();
    const etcd = await startEtcd();
    cleanup.defer(() => etcd.stop());
    const link = await startFaultyProxy({ port: etcd.port });
    cleanup.defer(() => link.close());
    const stores = Array.from({ length: 3 }, () =>
      createEtcdKeyStore({ endpoints: [`127.0.0.1:${link.port}`], log: silentLogger, isolated }),
    );
    for (const store of stores) cleanup.defer(() => store.close());
    await Promise.all(stores.map((store) => Promise.all([store.get('a'), store.grantLease(5)])));
    expect(link.accepted).toBe(expected);
  });
});
