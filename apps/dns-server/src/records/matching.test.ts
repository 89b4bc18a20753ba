import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchings, matchRecords } from './matching.ts';
import { nameIdentity } from './names.ts';
import { createRecordIndex, type RecordIndex } from './record-index.ts';

/** Keys below `/skydns` without it: `local/web`. */
function indexOf(paths: readonly string[]): RecordIndex {
  const index = createRecordIndex({ prefix: 'skydns', nameSeed: 1 });
  for (const path of paths) {
    index.put(path.split('/').toReversed(), { key: `/skydns/${path}`, value: '{"host":"10.0.0.1"}', lease: '0' });
  }
  return index;
}

const pathsOf = (records: readonly { readonly key: string }[] | undefined): readonly string[] | undefined =>
  records?.map(({ key }) => key.slice('/skydns/'.length)).toSorted();

const labels = fc.constantFrom('a', 'A', 'b', '*');
const trees = fc.uniqueArray(
  fc.array(labels, { minLength: 1, maxLength: 4 }).map((path) => path.join('/')),
  {
    maxLength: 30,
  },
);

describe('matchRecords', () => {
  it('takes what each way of matching says, of any tree', () => {
    fc.assert(
      fc.property(trees, fc.array(labels, { minLength: 1, maxLength: 4 }), (paths, labelsOfPath) => {
        const index = indexOf(paths);
        const name = labelsOfPath.toReversed();
        const below = (depth: number) =>
          paths
            .filter((path) => {
              const own = path.split('/').toReversed();
              return own.length === name.length + depth && nameIdentity(own.slice(depth)) === nameIdentity(name);
            })
            .toSorted();
        const all = [0, 1, 2, 3].flatMap(below).toSorted();
        const own = below(0);
        const expected = { subtree: all, replicas: own.length > 0 ? own : below(1), exact: own };
        for (const matching of matchings) {
          const found = pathsOf(matchRecords(index, name, matching, 100));
          expect(found).toEqual(all.length === 0 ? undefined : expected[matching]);
          expect(matchRecords(index, name, matching, 2)?.length ?? 0).toBeLessThanOrEqual(2);
        }
      }),
    );
  });
});
