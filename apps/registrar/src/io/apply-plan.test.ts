import { createManualClock } from '@wharf/agent';
import { createMemoryKeyStore, type KeyStore, type MemoryKeyStore } from '@wharf/etcd-client';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tenure } from '../ownership/tenure.ts';
import { planSync, type StoredRecord } from '../sync/plan-sync.ts';
import { applyPlan, BATCH_SIZE } from './apply-plan.ts';

const CLAIM = '/wharf/registrar/node-1';

async function takeOffice(store: KeyStore): Promise<Tenure> {
  const former = await store.grantLease(60);
  const lease = await store.grantLease(60);
  const { revision } = await store.transact({
    guards: [],
    operations: [{ type: 'put', key: CLAIM, value: 'me', lease: lease.id }],
  });
  return {
    lease: lease.id,
    fence: { type: 'revision', key: CLAIM, modRevision: revision },
    formerLeases: [former.id],
  };
}

async function put(store: KeyStore, key: string, value: string, lease?: string): Promise<void> {
  const owner = lease === undefined ? {} : { lease };
  await store.transact({ guards: [], operations: [{ type: 'put', key, value, ...owner }] });
}

async function records(store: KeyStore): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { entries } of store.list('/r/')) for (const { key, value } of entries) found[key] = value;
  return found;
}

function newStore(): MemoryKeyStore {
  return createMemoryKeyStore({ clock: createManualClock() });
}

describe('applyPlan', () => {
  it('applies more operations than a transaction holds, and keeps the view true', async () => {
    const store = newStore();
    const tenure = await takeOffice(store);
    const desired = new Map(Array.from({ length: 3 * BATCH_SIZE }, (_, index) => [`/r/${index}`, `${index}`]));
    const view = new Map<string, StoredRecord>();
    const outcome = await applyPlan(store, tenure, planSync(desired, view, tenure.lease), view);
    expect(outcome).toMatchObject({ conflicts: [], fenced: false });
    expect(outcome.applied).toHaveLength(desired.size);
    expect(await records(store)).toEqual(Object.fromEntries(desired));
    expect(planSync(desired, view, tenure.lease)).toEqual({ puts: [], deletes: [] });
  });

  it('leaves the keys of others alone and names them, and applies all the rest', async () => {
    const store = newStore();
    const tenure = await takeOffice(store);
    const other = await store.grantLease(60);
    await put(store, '/r/7', 'theirs', other.id);
    await put(store, '/r/100', 'by hand');
    const desired = new Map(Array.from({ length: 200 }, (_, index) => [`/r/${index}`, 'mine']));
    const view = new Map<string, StoredRecord>();
    const { conflicts } = await applyPlan(store, tenure, planSync(desired, view, tenure.lease), view);
    expect(conflicts.toSorted((a, b) => a.key.localeCompare(b.key))).toEqual([
      { key: '/r/100', lease: '0', value: 'by hand' },
      { key: '/r/7', lease: other.id, value: 'theirs' },
    ]);
    expect(await records(store)).toEqual({ ...Object.fromEntries(desired), '/r/7': 'theirs', '/r/100': 'by hand' });
  });

  it('does not delete what somebody else has written over', async () => {
    const store = newStore();
    const tenure = await takeOffice(store);
    const view = new Map([['/r/a', { value: 'mine', lease: tenure.lease }]]);
    await put(store, '/r/a', 'theirs');
    const outcome = await applyPlan(store, tenure, planSync(new Map(), view, tenure.lease), view);
    expect(outcome).toEqual({ applied: [], conflicts: [], unsettled: [], fenced: false });
    expect(await records(store)).toEqual({ '/r/a': 'theirs' });
    expect(view.size).toBe(0);
  });

  it('names a key that somebody else changes at the same time', async () => {
    const memory = newStore();
    const tenure = await takeOffice(memory);
    const [former] = tenure.formerLeases;
    await put(memory, '/r/a', '1', former);
    const contested: KeyStore = {
      ...memory,
      async get(key) {
        const entry = await memory.get(key);
        if (key === '/r/a') await put(memory, key, '2', tenure.lease);
        return entry;
      },
    };
    const view = new Map<string, StoredRecord>();
    const outcome = await applyPlan(contested, tenure, planSync(new Map([['/r/a', '3']]), view, tenure.lease), view);
    expect(outcome).toEqual({ applied: [], conflicts: [], unsettled: ['/r/a'], fenced: false });
    expect(await records(memory)).toEqual({ '/r/a': '2' });
  });

  it('writes nothing once another process has taken over', async () => {
    const store = newStore();
    const tenure = await takeOffice(store);
    await put(store, CLAIM, 'another');
    const view = new Map([['/r/a', { value: '1', lease: tenure.lease }]]);
    await put(store, '/r/a', '1', tenure.lease);
    const outcome = await applyPlan(store, tenure, planSync(new Map([['/r/b', '1']]), view, tenure.lease), view);
    expect(outcome).toEqual({ applied: [], conflicts: [], unsettled: [], fenced: true });
    expect(await records(store)).toEqual({ '/r/a': '1' });
  });

  it('reaches what is desired from any wrong view, others and their keys excepted', async () => {
    const key = fc.constantFrom('/r/a', '/r/b', '/r/c', '/r/d');
    const owners = fc.constantFrom('present', 'former', 'other', 'nobody');
    const actual = fc.array(fc.record({ key, owner: owners, value: fc.constantFrom('1', '2') }));
    const known = fc.array(
      fc.record({ key, owner: fc.constantFrom('present', 'former'), value: fc.constantFrom('1', '2') }),
    );
    const wanted = fc.array(fc.tuple(key, fc.constantFrom('1', '2'))).map((entries) => new Map(entries));
    await fc.assert(
      fc.asyncProperty(actual, known, wanted, async (actual, known, desired) => {
        const store = newStore();
        const tenure = await takeOffice(store);
        const other = await store.grantLease(60);
        const leases: Record<string, string | undefined> = {
          present: tenure.lease,
          former: tenure.formerLeases[0],
          other: other.id,
          nobody: undefined,
        };
        for (const { key, owner, value } of actual) await put(store, key, `${owner} ${value}`, leases[owner]);
        const before = await records(store);
        const view = new Map<string, StoredRecord>(
          known.map(({ key, owner, value }) => [key, { value, lease: leases[owner] ?? '' }]),
        );
        const { conflicts, fenced } = await applyPlan(store, tenure, planSync(desired, view, tenure.lease), view);
        expect(fenced).toBe(false);
        const after = await records(store);
        const foreign = new Set(Object.keys(before).filter((key) => /^(other|nobody)/.test(before[key] ?? '')));
        for (const key of foreign) expect(after[key]).toBe(before[key]);
        const attempted = Array.from(desired.keys(), String).filter((key) => !view.has(key));
        expect(conflicts.map(({ key }) => key).toSorted()).toEqual(
          attempted.filter((key) => foreign.has(key)).toSorted(),
        );
        expect(attempted.filter((key) => !foreign.has(key))).toEqual([]);
        for (const [key, value] of desired) expect(view.get(key)?.value ?? value).toBe(value);
      }),
    );
  });
});
