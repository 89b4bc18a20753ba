import type { Clock } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { createBatchPacer } from './batch-pacer.ts';

function start() {
  let nowMs = 1_000;
  let timers: { readonly dueMs: number; readonly task: () => void }[] = [];
  const clock: Clock = {
    wallMs: () => nowMs,
    monotonicMs: () => nowMs,
    schedule(delayMs, task) {
      const timer = { dueMs: nowMs + delayMs, task };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };
  let goneOn = 0;
  const pacer = createBatchPacer(clock, () => goneOn++);
  const pass = (ms: number): void => {
    nowMs += ms;
    const due = timers.filter(({ dueMs }) => dueMs <= nowMs);
    timers = timers.filter(({ dueMs }) => dueMs > nowMs);
    for (const { task } of due) task();
  };
  return { pacer, pass, goneOn: () => goneOn };
}

describe('createBatchPacer', () => {
  it('lets a trickle through', () => {
    const { pacer, pass } = start();
    for (let line = 0; line < 100; line++) {
      expect(pacer.mayReadOn(400)).toBe(true);
      pass(3);
    }
    expect(pacer.isWaiting()).toBe(false);
  });

  it('lets a busy connection gather for a moment, again and again', () => {
    const { pacer, pass, goneOn } = start();
    expect(pacer.mayReadOn(2_000)).toBe(true);
    expect(pacer.mayReadOn(100)).toBe(false);
    expect(pacer.isWaiting()).toBe(true);
    pass(2);
    expect(goneOn()).toBe(0);
    pass(1);
    expect(pacer.isWaiting()).toBe(false);
    expect(goneOn()).toBe(1);
    expect(pacer.mayReadOn(12_000)).toBe(false);
    pass(3);
    expect(goneOn()).toBe(2);
  });

  it('reads on after a whole batch, for the engine may be waiting', () => {
    const { pacer } = start();
    expect(pacer.mayReadOn(30_000)).toBe(true);
    expect(pacer.mayReadOn(3_000)).toBe(false);
  });

  it('goes on no more once it is stopped', () => {
    const { pacer, pass, goneOn } = start();
    expect(pacer.mayReadOn(3_000)).toBe(false);
    pacer.stop();
    pass(10);
    expect(goneOn()).toBe(0);
  });
});
