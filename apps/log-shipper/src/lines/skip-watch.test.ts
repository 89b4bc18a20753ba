import { describe, expect, it } from 'vitest';
import { createSkipWatch } from './skip-watch.ts';

/** Opened at 1,000; another file every 1,000,000 bytes, so in 40 ms at the fastest. */
const watch = () => createSkipWatch(1_000_000, 1_000);
/** Chunks as times stored, bytes, and lag. */
const follow = (chunks: readonly (readonly [storedMs: number, bytes: number, lagMs: number])[]) => {
  const skips = watch();
  return chunks.map(([storedMs, bytes, lagMs]) => skips.chunk(storedMs, bytes, storedMs + lagMs));
};

describe('createSkipWatch', () => {
  it('is calm about what keeps up, and about what was stored before', () => {
    expect(
      follow([
        [2_000, 1e6, 3],
        [2_010, 1e6, 20],
      ]),
    ).toEqual(['calm', 'calm']);
    expect(
      follow([
        [100, 1e6, 5_000],
        [900, 1e6, 4_000],
      ]),
    ).toEqual(['calm', 'calm']);
  });

  it('is late while a follower lags, and doubtful when it keeps up again', () => {
    expect(
      follow([
        [2_000, 2e5, 30],
        [2_050, 2e5, 200],
        [2_300, 2e5, 5],
        [2_400, 1e6, 5],
      ]),
    ).toEqual(['late', 'late', 'doubtful', 'calm']);
  });

  it('doubts a follower that jumps from what was stored before to the newest', () => {
    expect(
      follow([
        [900, 5e5, 3_000],
        [3_990, 1e5, 5],
      ]),
    ).toEqual(['calm', 'doubtful']);
  });

  it('does not doubt a short lag, nor one in which little has come', () => {
    expect(
      follow([
        [2_000, 1e6, 40],
        [2_040, 1e6, 5],
      ]),
    ).toEqual(['late', 'calm']);
    expect(
      follow([
        [2_000, 1_000, 900],
        [2_900, 1_000, 5],
      ]),
    ).toEqual(['late', 'calm']);
  });

  it('settles in silence', () => {
    const skips = watch();
    expect(skips.silence()).toBe('calm');
    expect(skips.chunk(2_000, 1e6, 2_900)).toBe('late');
    expect([skips.silence(), skips.silence()]).toEqual(['doubtful', 'calm']);
  });
});
