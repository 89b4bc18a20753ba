import { describe, expect, it } from 'vitest';
import { WHOLE } from './prepared-entry.ts';
import { createPreparedStore } from './prepared-store.ts';

describe('createPreparedStore', () => {
  it('tells how many questions there are, and which had to go', () => {
    const sizes: number[] = [];
    let evictions = 0;
    const store = createPreparedStore({
      seed: 1,
      sets: 1,
      onSize: (questions) => sizes.push(questions),
      onEviction: () => evictions++,
    });
    for (let hash = 1; hash <= 5; hash++) {
      const name = Uint8Array.of(1, 0x60 + hash, 0);
      store.put({ hash, type: 1, room: WHOLE, name, wholeOctets: 0, optionOctets: 0, variants: [], usedAt: 0 });
    }
    expect([sizes, evictions]).toEqual([[1, 2, 3, 4, 4], 1]);
    store.clear();
    expect([sizes.at(-1), store.size, evictions]).toEqual([0, 0, 1]);
  });
});
