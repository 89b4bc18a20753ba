import { describe, expect, it } from 'vitest';
import { createObservationLog } from './observation-log.ts';
import type { Observation } from './watch-answers.ts';

function observation(host: string, askedAt: number): Observation {
  return { host, askedAt, tookMs: 1, rcode: 'NOERROR', data: [] };
}

describe('createObservationLog', () => {
  it("knows each host's newest", () => {
    const log = createObservationLog(10);
    for (const [host, askedAt] of [
      ['host-1', 1],
      ['host-2', 2],
      ['host-1', 3],
    ] as const)
      log.add(observation(host, askedAt));
    expect(log.all).toHaveLength(3);
    expect(log.latest('host-1')?.askedAt).toBe(3);
    expect(log.latest('host-2')?.askedAt).toBe(2);
    expect(log.latest('host-3')).toBeUndefined();
  });

  it('lets the oldest go when there are too many', () => {
    const log = createObservationLog(100);
    for (let askedAt = 0; askedAt < 1_000; askedAt++) log.add(observation('host-1', askedAt));
    expect(log.all.length).toBeGreaterThanOrEqual(100);
    expect(log.all.length).toBeLessThanOrEqual(110);
    expect(log.all.at(-1)?.askedAt).toBe(999);
    expect(log.all[0]?.askedAt).toBe(1_000 - log.all.length);
  });
});
