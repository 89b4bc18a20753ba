import { createManualClock } from '@wharf/agent';
import { beforeEach, describe, expect, it } from 'vitest';
import { createKnownGate, type KnownGate, STALE_AFTER_MS } from './known-gate.ts';

describe('createKnownGate', () => {
  let clock: ReturnType<typeof createManualClock>;
  let gate: KnownGate;
  let hasPassed = false;

  const wait = (signal?: AbortSignal): void => {
    void gate.passed(signal).then(() => {
      hasPassed = true;
    });
  };

  beforeEach(() => {
    clock = createManualClock();
    gate = createKnownGate(clock);
    hasPassed = false;
  });

  it('lets through when the records are current, before or after', async () => {
    wait();
    gate.saw('loading');
    await clock.advance(60_000);
    expect(hasPassed).toBe(false);
    gate.saw('current');
    await clock.advance(0);
    expect(hasPassed).toBe(true);
    await gate.passed(undefined);
  });

  it('takes the records of a snapshot when the store has not answered for a while', async () => {
    wait();
    gate.saw('stale');
    await clock.advance(STALE_AFTER_MS - 1);
    expect(hasPassed).toBe(false);
    await clock.advance(1);
    expect(hasPassed).toBe(true);
  });

  it.each(['before', 'meanwhile'])('does not hold up a stop that was asked for %s', async (when) => {
    const stop = new AbortController();
    if (when === 'before') stop.abort();
    wait(stop.signal);
    if (when === 'meanwhile') stop.abort();
    await clock.advance(0);
    expect(hasPassed).toBe(true);
  });
});
