import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPacedLine } from './paced-line.ts';

describe('createPacedLine', () => {
  let pace: { delayMs: number; bytesPerSecond: number };
  const line = () =>
    createPacedLine({
      delayMs: () => pace.delayMs,
      bytesPerSecond: () => pace.bytesPerSecond,
    });

  beforeEach(() => {
    vi.useFakeTimers();
    pace = { delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY };
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('runs at once what has not to wait', () => {
    const done: string[] = [];
    line().push(() => done.push('a'), 1_000_000);
    expect(done).toEqual(['a']);
  });

  it('gives each task the time of its bytes, after those before it', () => {
    const done: number[] = [];
    const slow = line();
    pace.bytesPerSecond = 100;
    const startMs = performance.now();
    for (const bytes of [10, 20, 0]) slow.push(() => done.push(performance.now() - startMs), bytes);
    vi.advanceTimersByTime(99);
    expect(done).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(done).toEqual([100, 300, 300]);
  });

  it('runs nothing while held, and then everything', () => {
    const done: string[] = [];
    const held = line();
    held.hold();
    held.push(() => done.push('now'));
    pace.delayMs = 50;
    held.push(() => done.push('later'));
    vi.advanceTimersByTime(100);
    expect(done).toEqual([]);
    held.flush();
    expect(done).toEqual(['now', 'later']);
  });

  it('forgets what it is told to forget, and the time it would have taken', () => {
    const done: string[] = [];
    const cleared = line();
    pace.delayMs = 50;
    cleared.push(() => done.push('never'));
    cleared.clear();
    pace.delayMs = 0;
    cleared.push(() => done.push('at once'));
    vi.advanceTimersByTime(100);
    expect(done).toEqual(['at once']);
  });

  it('keeps the order whatever becomes of the pace, and runs each task once', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('push' as const), bytes: fc.nat(100) }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.nat(200) }),
      fc.record({ do: fc.constant('delay' as const), ms: fc.nat(200) }),
      fc.record({ do: fc.constant('rate' as const), bytesPerSecond: fc.constantFrom(100, 1_000, Infinity) }),
      fc.record({ do: fc.constant('hold' as const) }),
      fc.record({ do: fc.constant('flush' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        pace = { delayMs: 0, bytesPerSecond: Infinity };
        const any = line();
        const done: number[] = [];
        let pushed = 0;
        for (const each of steps) {
          if (each.do === 'push') {
            const index = pushed++;
            any.push(() => done.push(index), each.bytes);
          } else if (each.do === 'wait') vi.advanceTimersByTime(each.ms);
          else if (each.do === 'delay') pace.delayMs = each.ms;
          else if (each.do === 'rate') pace.bytesPerSecond = each.bytesPerSecond;
          else if (each.do === 'hold') any.hold();
          else any.flush();
        }
        any.flush();
        expect(done).toEqual(Array.from({ length: pushed }, (_, index) => index));
      }),
    );
  });
});
