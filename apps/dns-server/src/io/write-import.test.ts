import { systemClock } from '@wharf/agent';
import { createMemoryKeyStore } from '@wharf/etcd-client';
import { describe, expect, it } from 'vitest';
import { writeImport } from './write-import.ts';

describe('writeImport', () => {
  it('leaves what was changed since it was read, and writes its neighbours', async () => {
    const store = createMemoryKeyStore({ clock: systemClock });
    const put = (key: string, value: string) =>
      store.transact({ guards: [], operations: [{ type: 'put', key, value }] });
    await put('/a', 'new');
    const { revision } = await put('/b', 'old');
    await put('/b', 'newer');
    const { revision: current } = await put('/c', 'old');
    const refused = await writeImport(store, [
      { key: '/a', value: 'v2', ttlSeconds: undefined, replaces: undefined },
      { key: '/b', value: 'v2', ttlSeconds: undefined, replaces: revision },
      { key: '/c', value: 'v2', ttlSeconds: undefined, replaces: current },
      { key: '/d', value: 'v2', ttlSeconds: 60, replaces: undefined },
      { key: '/e', value: 'v2', ttlSeconds: 60, replaces: undefined },
    ]);
    expect([...refused]).toEqual(['/a', '/b']);
    const values = await Promise.all(['/a', '/b', '/c', '/d', '/e'].map(async (key) => (await store.get(key))?.value));
    expect(values).toEqual(['new', 'newer', 'v2', 'v2', 'v2']);
    const leases = await Promise.all(['/c', '/d', '/e'].map(async (key) => (await store.get(key))?.lease));
    expect(leases[0]).toBe('0');
    expect(leases[1]).not.toBe('0');
    expect(leases[2]).toBe(leases[1]);
    await store.close();
  });
});
