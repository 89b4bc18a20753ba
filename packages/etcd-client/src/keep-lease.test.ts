import { createManualClock, type ManualClock, silentLogger } from '@wharf/agent';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepLease, type LeaseKeeper, type LeaseOptions } from './keep-lease.ts';
import { createMemoryKeyStore, type MemoryKeyStore } from './memory-key-store.ts';
import { createUnreliableStore, type UnreliableStore } from './testing/unreliable-store.ts';

describe('keepLease', () => {
  let clock: ManualClock;
  let memory: MemoryKeyStore;
  let link: UnreliableStore;
  let words: string[];
  let longestDelayMs: number;
  let keeper: LeaseKeeper;

  beforeEach(() => {
    const manual = createManualClock(1_000_000);
    longestDelayMs = 0;
    clock = Object.create(manual, {
      schedule: {
        value: (delayMs: number, task: () => void) => {
          longestDelayMs = Math.max(longestDelayMs, delayMs);
          return manual.schedule(delayMs, task);
        },
      },
    }) as ManualClock;
    memory = createMemoryKeyStore({ clock });
    link = createUnreliableStore(memory);
    words = [];
  });
  afterEach(async () => {
    link.heal();
    await keeper.stop({ revoke: false });
    await memory.close();
    if (clock.pending > 0) throw new Error(`${clock.pending} timers are left behind`);
  });

  const keep = async (options: Partial<LeaseOptions> = {}) => {
    keeper = keepLease(link.store, {
      ttlSeconds: 30,
      onHeld: (lease, fresh) => words.push(`${fresh ? 'granted' : 'taken over'} ${lease}`),
      onLost: (lease, reason) => words.push(`lost ${lease}: ${reason}`),
      clock,
      log: silentLogger,
      random: () => 1,
      ...options,
    });
    await clock.advance(0);
    await clock.advance(0);
    return keeper;
  };
  const hold = (key: string, lease: string) =>
    memory.transact({ guards: [], operations: [{ type: 'put', key, value: '', lease }] });

  it('is granted a lease and renews it after every third of its TTL', async () => {
    await keep();
    expect([words, keeper.current(), keeper.remainingMs()]).toEqual([['granted 1'], '1', 30_000]);
    await clock.advance(9_999);
    expect(keeper.remainingMs()).toBe(20_001);
    await clock.advance(1);
    expect(keeper.remainingMs()).toBe(30_000);
    await clock.advance(3_600_000);
    expect([words, keeper.current()]).toEqual([['granted 1'], '1']);
  });

  it('takes no notice of a jump of the wall clock', async () => {
    await keep();
    clock.jumpWall(-86_400_000);
    await clock.advance(9_000);
    clock.jumpWall(2 * 86_400_000);
    await clock.advance(60_000);
    expect([words, keeper.current()]).toEqual([['granted 1'], '1']);
  });

  it('counts the TTL from before the renewal was sent, not from its answer', async () => {
    await keep();
    link.goSilent();
    await clock.advance(15_000);
    link.heal();
    await clock.advance(0);
    expect(keeper.remainingMs()).toBe(25_000);
  });

  it('survives failures that last for less than the TTL', async () => {
    await keep();
    await clock.advance(9_000);
    link.breakLink();
    await clock.advance(19_000);
    link.heal();
    await clock.advance(60_000);
    expect([words, keeper.current()]).toEqual([['granted 1'], '1']);
  });

  it('renews a lease of a year no more often than it must', async () => {
    await keep({ ttlSeconds: 365 * 86_400 });
    expect([words, clock.pending]).toEqual([['granted 1'], 2]);
    expect(longestDelayMs).toBeLessThanOrEqual(2 ** 31 - 1);
    await clock.advance(366 * 86_400_000);
    expect(words).toEqual(['granted 1']);
  });

  it('is granted another when the store no longer knows the first, and loses each once', async () => {
    await keep();
    await memory.revokeLease('1');
    await clock.advance(10_000);
    expect(words).toEqual(['granted 1', 'lost 1: the store does not know it: revoked, or run out', 'granted 2']);
    await memory.revokeLease('2');
    await clock.advance(10_000);
    expect(words.slice(3)).toEqual(['lost 2: the store does not know it: revoked, or run out', 'granted 3']);
  });

  it('counts the lease as lost at the end of its TTL, whatever the store does', async () => {
    await keep();
    link.breakLink();
    await clock.advance(29_999);
    expect(keeper.current()).toBe('1');
    await clock.advance(1);
    expect(words).toEqual(['granted 1', 'lost 1: not renewed within its TTL of 30 s: the link is cut']);
    expect([keeper.current(), keeper.remainingMs()]).toEqual([undefined, 0]);
    await clock.advance(3_600_000);
    expect(words.length).toBe(2);
    link.heal();
    await clock.advance(10_000);
    expect(words.slice(2)).toEqual(['granted 2']);
  });

  it('does not wait for an answer beyond the end of the TTL', async () => {
    await keep();
    link.goSilent();
    await clock.advance(30_000);
    expect(words[1]).toMatch(/^lost 1: .*did not answer before the lease ran out/);
    link.heal();
    await clock.advance(0);
    await clock.advance(0);
    expect(words.slice(2)).toEqual(['granted 2']);
  });

  it('takes its own lease over again when it ran out here and the store still knows it', async () => {
    await keep();
    link.breakLink();
    for (let seconds = 0; seconds < 60; seconds += 10) {
      await clock.advance(10_000);
      await memory.renewLease('1');
    }
    expect(words.length).toBe(2);
    link.heal();
    await clock.advance(10_000);
    expect(words.slice(2)).toEqual(['taken over 1']);
    expect(keeper.remainingMs()).toBeGreaterThan(19_000);
  });

  it('waits longer and longer for a store that was never there, and never gives up', async () => {
    link.breakLink();
    await keep();
    await clock.advance(3_600_000);
    expect(words).toEqual([]);
    link.heal();
    await clock.advance(10_000);
    expect(words).toEqual(['granted 1']);
  });

  it('does not use a lease whose grant took longer than it lives', async () => {
    link.goSilent();
    await keep({ ttlSeconds: 3 });
    await clock.advance(4_000);
    link.heal();
    await clock.advance(0);
    expect(words).toEqual([]);
    await clock.advance(100);
    expect(words).toEqual(['granted 1']);
  });

  describe('adopt', () => {
    it('takes over a lease that the store still knows, with its keys', async () => {
      const { id } = await memory.grantLease(30);
      await hold('/a', id);
      await clock.advance(25_000);
      await keep({ adopt: id });
      expect(words).toEqual([`taken over ${id}`]);
      await clock.advance(60_000);
      expect(await memory.get('/a')).toBeDefined();
    });

    it('is granted a lease when the store no longer knows the old one', async () => {
      await keep({ adopt: '77' });
      expect(words).toEqual(['granted 1']);
    });

    it('is granted a lease when the old one has another TTL', async () => {
      const { id } = await memory.grantLease(10);
      await keep({ adopt: id });
      expect(words).toEqual(['granted 2']);
    });

    it('goes on trying to take over while the store is away', async () => {
      const { id } = await memory.grantLease(30);
      link.breakLink();
      await keep({ adopt: id });
      await clock.advance(10_000);
      link.heal();
      await clock.advance(10_000);
      expect(words).toEqual([`taken over ${id}`]);
    });
  });

  describe('stop', () => {
    it('leaves the lease and its keys when told to', async () => {
      await keep();
      await hold('/a', '1');
      await keeper.stop({ revoke: false });
      expect(await memory.get('/a')).toBeDefined();
      await clock.advance(30_000);
      expect(await memory.get('/a')).toBeUndefined();
      expect([words, keeper.current()]).toEqual([['granted 1'], undefined]);
    });

    it('removes the lease and its keys when told to', async () => {
      await keep();
      await hold('/a', '1');
      await keeper.stop({ revoke: true });
      expect([await memory.get('/a'), await memory.inspectLease('1')]).toEqual([undefined, undefined]);
      expect(words).toEqual(['granted 1']);
    });

    it('removes a lease that is granted only after it was told to stop', async () => {
      link.goSilent();
      await keep();
      const stopped = keeper.stop({ revoke: true });
      link.heal();
      await stopped;
      expect([words, await memory.inspectLease('1')]).toEqual([[], undefined]);
    });

    it('does not fail when the lease cannot be removed', async () => {
      await keep();
      link.breakLink();
      await keeper.stop({ revoke: true });
      expect(await memory.inspectLease('1')).toBeDefined();
    });
  });

  it('goes on when its owner throws', async () => {
    await keep({
      onHeld: () => {
        throw new Error('owner');
      },
    });
    await clock.advance(60_000);
    expect(keeper.current()).toBe('1');
  });

  it('ends when the store is closed', async () => {
    await keep();
    await memory.close();
    await clock.advance(60_000);
    expect([words, keeper.current(), clock.pending]).toEqual([['granted 1'], undefined, 0]);
  });
});
