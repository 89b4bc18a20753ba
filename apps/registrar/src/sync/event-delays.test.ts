import { describe, expect, it } from 'vitest';
import { createEventDelays } from './event-delays.ts';

const WALL_MS = 1_795_328_510_000;
const at = (ms: number): bigint => BigInt(WALL_MS + ms) * 1_000_000n;

describe('createEventDelays', () => {
  it('measures from the newest event that changed a key, once', () => {
    const delays = createEventDelays();
    delays.begin(['/a', '/b'], at(0));
    delays.begin(['/a'], at(3));
    expect(delays.end('/a', WALL_MS + 5)).toBe(0.002);
    expect(delays.end('/b', WALL_MS + 5)).toBe(0.005);
    expect(delays.end('/a', WALL_MS + 9)).toBeUndefined();
  });

  it('says nothing where the clocks contradict each other, nor of events without a time', () => {
    const delays = createEventDelays();
    delays.begin(['/a'], at(10));
    delays.begin(['/b'], 0n);
    expect(delays.end('/a', WALL_MS)).toBeUndefined();
    expect(delays.end('/b', WALL_MS)).toBeUndefined();
  });

  it('forgets what waits for nothing, and holds no more than it may', () => {
    const delays = createEventDelays();
    delays.begin(
      Array.from({ length: 10_001 }, (_, index) => `/${index}`),
      at(0),
    );
    expect(delays.end('/10000', WALL_MS)).toBeUndefined();
    expect(delays.end('/0', WALL_MS)).toBe(0);
    delays.clear();
    expect(delays.end('/1', WALL_MS)).toBeUndefined();
  });
});
