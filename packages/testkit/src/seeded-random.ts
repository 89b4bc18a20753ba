/** Chance that repeats itself: the same seed gives the same values. */
export interface SeededRandom {
  /** A whole number from 0 up to, but without, `limit`. */
  below(limit: number): number;
  /** True in `share` of all cases. */
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  octets(count: number): Buffer;
}

/** Mulberry32 by Tommy Ettinger: good enough for tests, and quick. */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (share) => next() < share,
    pick(list) {
      const value = list[below(list.length)];
      if (value === undefined) throw new RangeError('there is nothing to pick from');
      return value;
    },
    octets(count) {
      const bytes = Buffer.allocUnsafe(count);
      for (let at = 0; at < count; at++) bytes[at] = below(256);
      return bytes;
    },
  };
}
