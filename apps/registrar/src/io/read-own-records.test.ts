import { createManualClock } from '@wharf/agent';
import { createMemoryKeyStore, type KeyStore } from '@wharf/etcd-client';
import { describe, expect, it } from 'vitest';
import type { Tenure } from '../ownership/tenure.ts';
import { readOwnRecords } from './read-own-records.ts';

const CLAIM = '/wharf/registrar/node-1';

async function takeOffice(store: KeyStore): Promise<Tenure> {
  const [lease, former] = [await store.grantLease(60), await store.grantLease(60)];
  return {
    lease: lease.id,
    fence: { type: 'revision', key: CLAIM, modRevision: 1 },
    formerLeases: [former.id],
  };
}

async function put(store: KeyStore, key: string, value: string, lease?: string): Promise<void> {
  const owner = lease === undefined ? {} : { lease };
  await store.transact({ guards: [], operations: [{ type: 'put', key, value, ...owner }] });
}

describe('readOwnRecords', () => {
  it('finds what hangs on the present lease and on former ones, without the claim', async () => {
    const store = createMemoryKeyStore({ clock: createManualClock() });
    const tenure = await takeOffice(store);
    const [former = ''] = tenure.formerLeases;
    await put(store, CLAIM, 'claim', tenure.lease);
    await put(store, '/a', '1', tenure.lease);
    await put(store, '/b', '2', former);
    await put(store, '/c', '3');
    expect(await readOwnRecords(store, tenure, new Map(), CLAIM)).toEqual(
      new Map([
        ['/a', { value: '1', lease: tenure.lease }],
        ['/b', { value: '2', lease: former }],
      ]),
    );
  });

  it('forgets what is known but gone, and reads only what is not known', async () => {
    const store = createMemoryKeyStore({ clock: createManualClock() });
    const tenure = await takeOffice(store);
    await put(store, '/a', '1', tenure.lease);
    await put(store, '/b', '2', tenure.lease);
    const read: string[] = [];
    const counting = { ...store, get: (key: string) => (read.push(key), store.get(key)) };
    const known = new Map([
      ['/a', { value: '1', lease: tenure.lease }],
      ['/gone', { value: '1', lease: tenure.lease }],
    ]);
    const records = await readOwnRecords(counting, tenure, known, CLAIM);
    expect([...(records?.keys() ?? [])]).toEqual(['/a', '/b']);
    expect(read).toEqual(['/b']);
  });

  it('does not take for its own what somebody wrote over between the two looks', async () => {
    const store = createMemoryKeyStore({ clock: createManualClock() });
    const tenure = await takeOffice(store);
    await put(store, '/a', 'mine', tenure.lease);
    const late: KeyStore = {
      ...store,
      async get(key) {
        await put(store, key, 'theirs');
        return store.get(key);
      },
    };
    expect(await readOwnRecords(late, tenure, new Map(), CLAIM)).toEqual(new Map());
  });

  it('lists the folder of very many instead of reading each, and takes nothing else from it', async () => {
    const store = createMemoryKeyStore({ clock: createManualClock() });
    const tenure = await takeOffice(store);
    const own = Array.from({ length: 1500 }, (_, index) => `/r/${index < 1000 ? 'a' : 'ab'}/${index}`);
    for (const key of own) await put(store, key, 'mine', tenure.lease);
    await put(store, '/r/a/theirs', 'theirs');
    const listed: string[] = [];
    const counting: KeyStore = {
      ...store,
      get: () => Promise.reject(new Error('no single read is needed')),
      list(prefix) {
        listed.push(prefix);
        return store.list(prefix);
      },
    };
    const records = await readOwnRecords(counting, tenure, new Map(), CLAIM);
    expect(Array.from(records?.keys() ?? []).toSorted()).toEqual(own.toSorted());
    expect(listed).toEqual(['/r/']);
  });

  it('is undefined when the store does not know the present lease', async () => {
    const store = createMemoryKeyStore({ clock: createManualClock() });
    const tenure = await takeOffice(store);
    await store.revokeLease(tenure.lease);
    expect(await readOwnRecords(store, tenure, new Map(), CLAIM)).toBeUndefined();
  });
});
