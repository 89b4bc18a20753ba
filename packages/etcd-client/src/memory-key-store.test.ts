import { createManualClock } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { createMemoryKeyStore } from './memory-key-store.ts';
import { describeKeyStore } from './testing/key-store-suite.ts';
import { recordWatch } from './testing/record-watch.ts';

describeKeyStore('memory', async () => {
  const clock = createManualClock();
  const store = createMemoryKeyStore({ clock });
  return {
    store,
    compact: async (revision) => store.compact(revision),
    advance: (seconds) => clock.advance(seconds * 1_000),
    open: async () => createMemoryKeyStore({ clock }),
    dispose: () => store.close(),
  };
});

describe('createMemoryKeyStore', () => {
  it('forgets the oldest changes beyond its limit, so that it stays small', async () => {
    const store = createMemoryKeyStore({ clock: createManualClock(), historyLimit: 3 });
    for (let count = 0; count < 5; count++) {
      await store.transact({ guards: [], operations: [{ type: 'put', key: 'a', value: String(count) }] });
    }
    const tooEarly = recordWatch(store, '', 2);
    const inTime = recordWatch(store, '', 4);
    await Promise.resolve();
    expect(tooEarly.ends).toEqual([{ reason: 'compacted', compactRevision: 4 }]);
    expect(inTime.words).toEqual(['put a=2', 'put a=3', 'put a=4']);
    await store.close();
  });

  it('leaves no timer behind when closed', async () => {
    const clock = createManualClock();
    const store = createMemoryKeyStore({ clock });
    await store.grantLease(5);
    await store.close();
    expect(clock.pending).toBe(0);
  });

  it('counts a lease from its last renewal', async () => {
    const clock = createManualClock();
    const store = createMemoryKeyStore({ clock });
    const { id } = await store.grantLease(10);
    await clock.advance(9_000);
    await store.renewLease(id);
    await clock.advance(9_000);
    expect((await store.inspectLease(id))?.remainingSeconds).toBe(1);
    await clock.advance(1_000);
    expect(await store.inspectLease(id)).toBeUndefined();
    await store.close();
  });

  it('keeps a lease of a year for a year', async () => {
    const clock = createManualClock();
    const store = createMemoryKeyStore({ clock });
    const { id } = await store.grantLease(365 * 86_400);
    await clock.advance(364 * 86_400_000);
    expect((await store.inspectLease(id))?.remainingSeconds).toBe(86_400);
    await clock.advance(86_400_000);
    expect(await store.inspectLease(id)).toBeUndefined();
    await store.close();
  });

  it('refuses to compact at a revision that does not exist yet', () => {
    const store = createMemoryKeyStore({ clock: createManualClock() });
    expect(() => store.compact(2)).toThrow('revision 2 does not exist');
  });
});
