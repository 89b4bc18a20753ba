import { describe, expect, it } from 'vitest';
import type { ContainerRecords } from '../records/container-records.ts';
import { createRecordMerger } from '../records/merge-records.ts';
import { sketchRecords } from '../testing/sketch-records.ts';
import { keyHolders } from './key-holders.ts';

/** Who has each key of `of`, in the order in which it asks for them. */
const holdersOf = (of: ContainerRecords, others: readonly ContainerRecords[]) => {
  const merger = createRecordMerger();
  for (const part of [of, ...others]) merger.set(part.containerId, part);
  const holderOf = keyHolders(of, merger.desired().duplicates);
  return of.announced.flatMap(({ entries }) => entries.map(holderOf));
};

describe('keyHolders', () => {
  it('names nobody where nobody else asks', () => {
    expect(holdersOf(sketchRecords('web', ['/a', '/b']), [sketchRecords('api', ['/c'])])).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('names the container that started first, whatever the order and number of those that ask', () => {
    const early = sketchRecords('early', ['/b'], '2026-01-01T00:00:00Z');
    const web = sketchRecords('web', ['/a', '/b'], '2026-01-02T00:00:00Z');
    const late = sketchRecords('late', ['/b'], '2026-01-03T00:00:00Z');
    expect(holdersOf(web, [late, early])).toEqual([undefined, 'container early']);
    expect(holdersOf(web, [early, late])).toEqual([undefined, 'container early']);
    expect(holdersOf(early, [late, web])).toEqual([undefined]);
    expect(holdersOf(late, [web, early])).toEqual(['container early']);
  });

  it('gives a key that several ports of one container ask for to the first', () => {
    expect(holdersOf(sketchRecords('web', ['/a', '/a']), [])).toEqual([undefined, 'another port of this container']);
  });
});
