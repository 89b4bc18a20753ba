import { describe, expect, it } from 'vitest';
import { sleep } from './clock.ts';
import { createManualClock } from './manual-clock.ts';

describe('createManualClock', () => {
  it('runs what falls due in order of time, also what a task schedules on the way', async () => {
    const clock = createManualClock();
    const seen: string[] = [];
    clock.schedule(20, () => seen.push('b'));
    clock.schedule(10, () => {
      seen.push('a');
      clock.schedule(15, () => seen.push('c'));
    });
    await clock.advance(24);
    expect(seen).toEqual(['a', 'b']);
    await clock.advance(1);
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('does not run what was cancelled', async () => {
    const clock = createManualClock();
    const seen: string[] = [];
    clock.schedule(10, () => seen.push('a'))();
    await clock.advance(100);
    expect(seen).toEqual([]);
  });

  it('keeps the monotonic side when the wall clock jumps', () => {
    const clock = createManualClock(1_000);
    clock.jumpWall(-500);
    expect([clock.wallMs(), clock.monotonicMs()]).toEqual([500, 0]);
  });
});

describe('sleep', () => {
  it('ends early, and leaves no timer, when the signal aborts', async () => {
    const clock = createManualClock();
    const abort = new AbortController();
    const slept = sleep(clock, 1_000, abort.signal);
    abort.abort();
    await slept;
    expect(clock.pending).toBe(0);
  });
});
