import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GuardedOperation, planSync, type StoredRecord, type SyncPlan } from './plan-sync.ts';

const LEASE = '7';
const FORMER = '6';

const keys = fc.constantFrom('/a', '/b', '/c', '/d', '/e', '/f');
const values = fc.constantFrom('1', '2', '3');
const desiredRecords = fc.array(fc.tuple(keys, values)).map((entries) => new Map(entries));
const storedRecords = fc
  .array(fc.tuple(keys, fc.record({ value: values, lease: fc.constantFrom(LEASE, FORMER) })))
  .map((entries) => new Map<string, StoredRecord>(entries));
const foreignKeys = fc.array(keys).map((entries) => new Set(entries));

/** The store as etcd would have it: an operation whose guard fails changes nothing. */
function apply(store: Map<string, StoredRecord>, plan: SyncPlan): void {
  for (const { operation, guard } of [...plan.puts, ...plan.deletes]) {
    if (!holds(store, { operation, guard })) continue;
    if (operation.type === 'delete') store.delete(operation.key);
    else store.set(operation.key, { value: operation.value, lease: operation.lease ?? '0' });
  }
}

function holds(store: ReadonlyMap<string, StoredRecord>, { guard }: GuardedOperation): boolean {
  const present = store.get(guard.key);
  return guard.type === 'absent' ? present === undefined : guard.type === 'lease' && present?.lease === guard.lease;
}

describe('planSync', () => {
  it.each([
    { said: 'puts what is missing', desired: { a: '1' }, stored: {}, plan: ['put a=1 if absent'] },
    { said: 'puts what differs', desired: { a: '2' }, stored: { a: ['1', LEASE] }, plan: ['put a=2 if on 7'] },
    { said: 'leaves what is right', desired: { a: '1' }, stored: { a: ['1', LEASE] }, plan: [] },
    {
      said: 'moves what hangs on a former lease',
      desired: { a: '1' },
      stored: { a: ['1', FORMER] },
      plan: ['put a=1 if on 6'],
    },
    {
      said: 'deletes what nobody wants, after the puts, each in order of key',
      desired: { b: '1', a: '1' },
      stored: { d: ['1', LEASE], c: ['1', FORMER] },
      plan: ['put a=1 if absent', 'put b=1 if absent', 'delete c if on 6', 'delete d if on 7'],
    },
  ])('$said', ({ desired, stored, plan: expected }) => {
    const records = new Map(
      Object.entries(stored).map(([key, [value = '', lease = '']]) => [key, { value, lease }] as const),
    );
    const plan = planSync(new Map(Object.entries(desired)), records, LEASE);
    expect([...plan.puts, ...plan.deletes].map(describeOperation)).toEqual(expected);
  });

  it('reaches what is desired, and has nothing to do the second time', () => {
    fc.assert(
      fc.property(desiredRecords, storedRecords, (desired, stored) => {
        const store = new Map(stored);
        apply(store, planSync(desired, stored, LEASE));
        expect(new Map(Array.from(store, ([key, { value }]) => [key, value]))).toEqual(desired);
        expect([...store.values()].every(({ lease }) => lease === LEASE)).toBe(true);
        expect(planSync(desired, store, LEASE)).toEqual({ puts: [], deletes: [] });
      }),
    );
  });

  it('never touches a key of somebody else, known or not', () => {
    fc.assert(
      fc.property(desiredRecords, storedRecords, foreignKeys, (desired, known, foreign) => {
        const store = new Map(known);
        for (const key of foreign) store.set(key, { value: 'foreign', lease: '99' });
        apply(store, planSync(desired, known, LEASE));
        for (const key of foreign) expect(store.get(key)).toEqual({ value: 'foreign', lease: '99' });
      }),
    );
  });

  it('plans the same for the keys that may differ as for all', () => {
    fc.assert(
      fc.property(desiredRecords, storedRecords, foreignKeys, (desired, stored, more) => {
        const wanted: ReadonlyMap<string, string> = desired;
        const differing = [...wanted.keys(), ...stored.keys()].filter((key) => {
          const present = stored.get(key);
          return present?.value !== wanted.get(key) || present?.lease !== LEASE;
        });
        const partial = planSync(desired, stored, LEASE, new Set<string>([...differing, ...more]));
        expect(partial).toEqual(planSync(desired, stored, LEASE));
      }),
    );
  });

  it('does not depend on the order in which containers were listed', () => {
    fc.assert(
      fc.property(desiredRecords, storedRecords, (desired, stored) => {
        const turned = planSync(new Map([...desired].toReversed()), new Map([...stored].toReversed()), LEASE);
        expect(turned).toEqual(planSync(desired, stored, LEASE));
      }),
    );
  });
});

function describeOperation({ operation, guard }: GuardedOperation): string {
  const what = operation.type === 'put' ? `put ${operation.key}=${operation.value}` : `delete ${operation.key}`;
  return `${what} if ${guard.type === 'lease' ? `on ${guard.lease}` : guard.type}`;
}
