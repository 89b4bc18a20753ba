import type { Labels } from '@wharf/record-schema';
import { describe, expect, it } from 'vitest';
import { hasWildcard, matchingNames } from './question-wildcards.ts';
import { createRecordIndex, type RecordIndex } from './record-index.ts';

const split = (text: string): Labels => text.split('.');

describe('hasWildcard', () => {
  it.each([
    ['web.*.example.local', 2, true],
    ['Any.x.example.local', 2, true],
    ['web.example.local', 1, false],
    ['web.many.a*.example.local', 3, false],
    ['web.any.local', 1, false],
  ])('of %s with %i labels before the domain', (name, labelsBefore, has) => {
    expect(hasWildcard(split(name), labelsBefore)).toBe(has);
  });
});

describe('matchingNames', () => {
  const index = createRecordIndex({ prefix: 'skydns', nameSeed: 1 });
  for (const path of ['local/east/web/1', 'local/east/db/1', 'local/west/web/2']) {
    index.put(path.split('/').toReversed(), { key: `/skydns/${path}`, value: '{}', lease: '0' });
  }

  it.each([
    ['web.*.local', 2, ['web.east.local', 'web.west.local']],
    ['*.web.any.local', 3, ['1.web.east.local', '2.web.west.local']],
    ['*.*.local', 2, ['web.east.local', 'db.east.local', 'web.west.local']],
    ['*.no.*.local', 3, []],
    ['*.*.*.*.local', 4, []],
  ])('of %s', (name, labelsBefore, names) => {
    const found = matchingNames(index, split(name), labelsBefore).names.map((labels) => labels.join('.'));
    expect(found.toSorted()).toEqual(names.toSorted());
  });

  it('looks at no more names than it may, however many wildcards there are, and says so', () => {
    let looked = 0;
    const endless: Pick<RecordIndex, 'labelsBelow'> = {
      labelsBelow(_name, limit) {
        const count = Math.min(limit, 100);
        looked += count;
        return Array.from({ length: count }, (_, at) => String(at));
      },
    };
    const { names, isCut } = matchingNames(endless, ['*', '*', '*', 'x', 'local'], 4);
    expect({ names: names.length, isCut, looked }).toEqual({ names: 1_000, isCut: true, looked: 2_100 });
    const all = [...Array.from({ length: 100 }, () => '*'), 'local'];
    looked = 0;
    expect(matchingNames(endless, all, 100)).toMatchObject({ isCut: true });
    expect(looked).toBeLessThanOrEqual(4_000);
  });
});
