import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Commit } from './memory-history.ts';
import { createHistory } from './memory-history.ts';

const commit = (revision: number, size = 1): Commit => ({
  revision,
  changes: Array.from({ length: size }, (_, index) => ({ type: 'delete', key: `k${index}`, modRevision: revision })),
});

describe('createHistory', () => {
  it('keeps the newest commits within its limit and says from where on it is whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer({ min: 1, max: 6 })), (limit, sizes) => {
        const history = createHistory(limit);
        const all = sizes.map((size, index) => commit(index + 1, size));
        for (const each of all) history.append(each);
        const kept = history.from(0);
        expect(kept).toEqual(all.filter((each) => each.revision >= history.compactRevision));
        expect(kept.reduce((sum, each) => sum + each.changes.length, 0)).toBeLessThanOrEqual(limit);
        expect(history.from(all.length)).toEqual(kept.slice(-1));
      }),
    );
  });

  it('forgets what is older than a compaction and keeps the rest', () => {
    const history = createHistory(100);
    for (const revision of [2, 3, 5, 8]) history.append(commit(revision));
    history.compact(5);
    expect(history.compactRevision).toBe(5);
    expect(history.from(0).map((each) => each.revision)).toEqual([5, 8]);
    history.compact(20);
    expect(history.from(0)).toEqual([]);
    expect(history.compactRevision).toBe(20);
  });
});
