import { createManualClock } from '@wharf/agent';
import { createMemoryKeyStore, KeyStoreError, type LeaseState } from '@wharf/etcd-client';
import { describe, expect, it } from 'vitest';
import { claimKey } from '../ownership/claim.ts';
import { describeHolder, nameHolders } from './describe-holder.ts';

describe('describeHolder', () => {
  it('names the host whose registrar has claimed with the lease', async () => {
    const store = createMemoryKeyStore({ clock: createManualClock() });
    const { id } = await store.grantLease(60);
    const operations = [claimKey('node-2'), '/skydns/local/web/x'].map(
      (key) => ({ type: 'put', key, value: '{}', lease: id }) as const,
    );
    await store.transact({ guards: [], operations });
    expect(await describeHolder(store, id)).toBe(`the registrar of node-2 (lease ${BigInt(id).toString(16)})`);
    await store.close();
  });

  it.each([
    ['a lease without a claim', '7587883212297104654', { remainingSeconds: 1, grantedSeconds: 9, keys: ['/skydns/x'] }],
    ['a lease that has gone', '7587883212297104654', undefined],
  ] as const)('shows %s as etcdctl wants it', async (_, lease, state: LeaseState | undefined) => {
    const inspectLease = () => Promise.resolve(state);
    expect(await describeHolder({ inspectLease }, lease)).toBe('lease 694d93944a1e6d0e');
  });

  it('makes do with the lease when the store cannot be asked', async () => {
    const inspectLease = () => Promise.reject(new KeyStoreError('unavailable', 'away'));
    expect(await describeHolder({ inspectLease }, '255')).toBe('lease ff');
  });

  it('says that there is no lease', async () => {
    const inspectLease = () => Promise.reject(new Error('nobody asks'));
    expect(await describeHolder({ inspectLease }, '0')).toBe('an entry without a lease');
  });
});

describe('nameHolders', () => {
  it('looks at each lease once', async () => {
    const looked: string[] = [];
    const inspectLease = async (lease: string) => {
      looked.push(lease);
      return undefined;
    };
    const found = [
      { key: 'a', lease: '10' },
      { key: 'b', lease: '11' },
      { key: 'c', lease: '10' },
    ];
    expect(await nameHolders({ inspectLease }, found)).toEqual([
      { key: 'a', holder: 'lease a' },
      { key: 'b', holder: 'lease b' },
      { key: 'c', holder: 'lease a' },
    ]);
    expect(looked).toEqual(['10', '11']);
  });
});
