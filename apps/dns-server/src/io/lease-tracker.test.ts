import { createManualClock, silentLogger } from '@wharf/agent';
import { createMemoryKeyStore, type LeaseState } from '@wharf/etcd-client';
import { describe, expect, it } from 'vitest';
import { createLeaseTracker } from './lease-tracker.ts';

const create = (ids: readonly string[], inspect?: (id: string) => Promise<LeaseState | undefined>) => {
  const clock = createManualClock();
  const store = createMemoryKeyStore({ clock });
  const asked: string[] = [];
  const leases = new Set(ids);
  const tracker = createLeaseTracker({
    clock,
    log: silentLogger,
    leases: () => leases,
    store: {
      inspectLease(id) {
        asked.push(id);
        return inspect === undefined ? store.inspectLease(id) : inspect(id);
      },
    },
  });
  return { clock, store, tracker, asked, leases };
};

describe('createLeaseTracker', () => {
  it('counts down from what the store said, and asks again when half of that is over', async () => {
    const { clock, store, tracker, asked, leases } = create([]);
    const { id } = await store.grantLease(40);
    leases.add(id);
    expect(tracker.remainingSeconds(id)).toBeUndefined();
    await clock.advance(0);
    expect(tracker.remainingSeconds(id)).toBe(40);
    await clock.advance(15_000);
    expect(tracker.remainingSeconds(id)).toBe(25);
    expect(asked).toHaveLength(1);
    await store.renewLease(id);
    await clock.advance(6_000);
    expect(asked).toHaveLength(2);
    expect(tracker.remainingSeconds(id)).toBeGreaterThan(30);
    tracker.stop();
    expect(clock.pending).toBe(1);
  });

  it('forgets leases that are not in use any more', async () => {
    const { clock, store, tracker, leases } = create([]);
    const { id } = await store.grantLease(40);
    leases.add(id);
    await clock.advance(0);
    leases.delete(id);
    await clock.advance(1_000);
    expect(tracker.remainingSeconds(id)).toBeUndefined();
    tracker.stop();
  });

  it('goes on counting down while the store does not answer, and asks again', async () => {
    let isAway = false;
    const { clock, tracker, asked } = create(['7'], () =>
      isAway
        ? Promise.reject(new Error('away'))
        : Promise.resolve({ remainingSeconds: 10, grantedSeconds: 10, keys: [] }),
    );
    tracker.remainingSeconds('7');
    await clock.advance(0);
    isAway = true;
    expect(tracker.remainingSeconds('7')).toBe(10);
    await clock.advance(12_000);
    expect(tracker.remainingSeconds('7')).toBe(-2);
    expect(asked.length).toBeGreaterThan(5);
    isAway = false;
    await clock.advance(1_000);
    expect(tracker.remainingSeconds('7')).toBeGreaterThan(9);
    tracker.stop();
  });

  it('asks about no more than a few leases at a time', async () => {
    const ids = Array.from({ length: 100 }, (_, n) => String(n + 1));
    const { clock, tracker, asked } = create(ids, () =>
      Promise.resolve({ remainingSeconds: 1_000, grantedSeconds: 1_000, keys: [] }),
    );
    for (const id of ids) tracker.remainingSeconds(id);
    await clock.advance(0);
    expect(asked).toHaveLength(32);
    await clock.advance(3_000);
    expect(asked).toEqual(ids);
    tracker.stop();
  });

  it.each([
    ['answers', [7, 7]],
    ['does not answer', [8, 9]],
  ])('comes to each lease in its turn when all are due and the store %s', async (how, expected) => {
    const ids = Array.from({ length: 1_000 }, (_, n) => String(n + 1));
    const { clock, tracker, asked } = create(ids, () =>
      how === 'answers'
        ? Promise.resolve({ remainingSeconds: 20, grantedSeconds: 20, keys: [] })
        : Promise.reject(new Error('away')),
    );
    for (let second = 0; second < 70; second++) {
      await clock.advance(1_000);
      for (const id of ids) tracker.remainingSeconds(id);
    }
    const times = ids.map((id) => asked.filter((other) => other === id).length);
    // 125 a second are enough for a thousand that are due every 10 s.
    expect([Math.min(...times), Math.max(...times)]).toEqual(expected);
    tracker.stop();
  });

  it('asks at once about a lease that an answer needs and nobody knows, but not about more than its share', async () => {
    const { clock, tracker, asked, leases } = create([], () =>
      Promise.resolve({ remainingSeconds: 20, grantedSeconds: 20, keys: [] }),
    );
    await clock.advance(0);
    for (let id = 1; id <= 40; id++) leases.add(String(id));
    for (const id of leases) expect(tracker.remainingSeconds(id)).toBeUndefined();
    await clock.advance(100);
    expect(tracker.remainingSeconds('7')).toBeGreaterThan(19);
    expect(asked).toHaveLength(32);
    expect(tracker.remainingSeconds('40')).toBeUndefined();
    await clock.advance(100);
    expect(asked).toHaveLength(32);
    await clock.advance(1_000);
    expect(asked).toHaveLength(40);
    tracker.stop();
  });

  it('does not ask about a lease that no answer has needed, nor again before another has', async () => {
    const { clock, tracker, asked } = create(['1', '2'], () =>
      Promise.resolve({ remainingSeconds: 20, grantedSeconds: 20, keys: [] }),
    );
    await clock.advance(0);
    expect(asked).toEqual([]);
    expect(tracker.remainingSeconds('2')).toBeUndefined();
    await clock.advance(100);
    expect(tracker.remainingSeconds('2')).toBeGreaterThan(19);
    await clock.advance(60_000);
    expect(asked).toEqual(['2', '2']);
    expect(tracker.remainingSeconds('2')).toBeLessThan(-20);
    await clock.advance(1_000);
    expect(tracker.remainingSeconds('2')).toBeGreaterThan(18);
    tracker.stop();
  });

  it('tells whoever counts down when an end moves, and not when it moves by less than the store can say', async () => {
    let remainingSeconds = 20;
    const { clock, tracker, leases } = create(['1'], () =>
      Promise.resolve({ remainingSeconds, grantedSeconds: 20, keys: [] }),
    );
    const unknown = tracker.endOf('1');
    const unknownVersion = unknown.version;
    expect(unknown.endsMs).toBeUndefined();
    tracker.remainingSeconds('1');
    await clock.advance(0);
    expect(unknown.version).not.toBe(unknownVersion);
    const end = tracker.endOf('1');
    const { endsMs, version } = end;
    expect(endsMs).toBe(clock.monotonicMs() + 20_000);

    remainingSeconds = 9;
    tracker.remainingSeconds('1');
    await clock.advance(10_000);
    expect(end).toMatchObject({ endsMs, version });
    remainingSeconds = 20;
    tracker.remainingSeconds('1');
    await clock.advance(5_000);
    expect(end.version).not.toBe(version);
    expect(tracker.remainingSeconds('1')).toBeGreaterThan(15);

    leases.add('2');
    const { version: newcomer } = tracker.endOf('2');
    await clock.advance(1_000);
    expect(unknown.version).not.toBe(newcomer);
    tracker.stop();
  });
});
