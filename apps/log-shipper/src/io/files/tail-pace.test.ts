import { createManualClock } from '@wharf/agent';
import { beforeEach, describe, expect, it } from 'vitest';
import { createTailPace, type TailPace } from './tail-pace.ts';

let clock: ReturnType<typeof createManualClock>;
let pace: TailPace;
let watches: number;
let hint: () => void;

beforeEach(async () => {
  clock = createManualClock();
  watches = 0;
  hint = () => undefined;
  pace = createTailPace(clock, (given) => {
    watches++;
    hint = given;
    return () => watches--;
  });
  // Begins to watch, and has what was written before read at once.
  await pace.wait(true);
});

/** Whether the wait is over by now. */
const waiting = (hasRead: boolean): { isOver: boolean } => {
  const state = { isOver: false };
  void pace.wait(hasRead).then(() => {
    state.isOver = true;
  });
  return state;
};

describe('createTailPace', () => {
  it('waits for a hint', async () => {
    const wait = waiting(false);
    await clock.advance(60_000);
    expect(wait.isOver).toBe(false);
    hint();
    await clock.advance(0);
    expect(wait.isOver).toBe(true);
  });

  it('lets what follows gather for 2 ms after a read', async () => {
    const wait = waiting(true);
    hint();
    await clock.advance(1);
    expect(wait.isOver).toBe(false);
    await clock.advance(1);
    expect(wait.isOver).toBe(true);
  });

  it('keeps a hint that comes before the wait', async () => {
    hint();
    const wait = waiting(false);
    await clock.advance(0);
    expect(wait.isOver).toBe(true);
  });

  it.each([true, false])('ends when woken, whatever it waits for (after a read: %s)', async (hasRead) => {
    const wait = waiting(hasRead);
    pace.wake();
    await clock.advance(0);
    expect(wait.isOver).toBe(true);
    const next = waiting(false);
    await clock.advance(1_000);
    expect(next.isOver).toBe(false);
  });

  it('does not watch a log that is busy, looks at it every 5 ms, and watches again when it is idle', async () => {
    for (let count = 0; count < 18; count++) {
      hint();
      void waiting(true);
      await clock.advance(2);
    }
    expect(watches).toBe(0);
    await clock.advance(5);
    for (let count = 0; count < 50; count++) {
      const wait = waiting(true);
      await clock.advance(4);
      expect(wait.isOver).toBe(false);
      await clock.advance(1);
      expect(wait.isOver).toBe(true);
    }
    expect(watches).toBe(0);
    for (let count = 0; count < 20; count++) {
      void waiting(false);
      await clock.advance(5);
    }
    expect(watches).toBe(1);
  });

  it('watches nothing while it rests', async () => {
    pace.rest();
    expect(watches).toBe(0);
    const wait = waiting(true);
    await clock.advance(0);
    expect([wait.isOver, watches]).toEqual([true, 1]);
  });
});
