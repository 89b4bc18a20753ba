import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContainerRecords } from './container-records.ts';
import { mergeRecords } from './merge-records.ts';

function part(name: string, startedAt: string, entries: Record<string, string>): ContainerRecords {
  const announced = Object.entries(entries).map(([key, value]) => ({ key, value }));
  return {
    containerId: name,
    containerName: name,
    startedAt,
    announced: announced as unknown as ContainerRecords['announced'],
    skipped: [],
    warnings: [],
  };
}

describe('mergeRecords', () => {
  it('puts together what the containers give', () => {
    expect(mergeRecords([part('a', '1', { x: '1' }), part('b', '2', { y: '2' })])).toEqual({
      records: new Map([
        ['x', '1'],
        ['y', '2'],
      ]),
      duplicates: [],
    });
  });

  it('gives a key that two want to the container that started first, in whatever order they are listed', () => {
    const parts = [
      part('old', '1', { x: 'old' }),
      part('new', '2', { x: 'new' }),
      part('newest', '3', { x: 'newest' }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: 3 }), (parts) => {
        const { records, duplicates } = mergeRecords(parts);
        expect(records).toEqual(new Map([['x', 'old']]));
        expect(duplicates.map(({ loser }) => loser).toSorted()).toEqual(['new', 'newest']);
      }),
    );
  });
});
