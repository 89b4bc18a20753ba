import type { Labels } from '@wharf/record-schema';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchings } from '../records/matching.ts';
import { createRecordIndex, type RecordIndex } from '../records/record-index.ts';
import { createNameList, createNameLookup } from './name-lookup.ts';
import type { ServerIdentity } from './own-names.ts';
import type { Zone } from './zone.ts';

const zone: Zone = { domain: ['x'], hostmaster: ['h', 'x'] };

/** An index that notes which names it is asked about. */
function noteNames(index: RecordIndex): { readonly index: RecordIndex; readonly names: Labels[] } {
  const names: Labels[] = [];
  const note =
    <Result>(ask: (name: Labels, limit: number) => Result) =>
    (name: Labels, limit: number): Result => {
      names.push(name);
      return ask(name, limit);
    };
  const noting: RecordIndex = {
    ...index,
    own: note((name, limit) => index.own(name, limit)),
    collect: note((name, limit) => index.collect(name, limit)),
    listBelow: note((name, limit) => index.listBelow(name, limit)),
    labelsBelow: note((name, limit) => index.labelsBelow(name, limit)),
  };
  return { index: noting, names };
}

describe('createNameLookup', () => {
  it('depends on nothing but the names that it asks the index about, however names are matched', () => {
    const label = fc.constantFrom(
      'a',
      'b',
      '*',
      'any',
      'dns',
      'ns',
      'local',
      'apex',
      '_tcp',
      '_udp',
      '_dns-sd',
      '_web',
    );
    const name = fc.array(label, { maxLength: 4 }).map((labels): Labels => [...labels, 'x']);
    const change = fc.record({ isPut: fc.boolean(), name });
    const server: fc.Arbitrary<ServerIdentity> = fc.constantFrom(
      { addresses: ['10.0.0.1'] },
      { addresses: [] },
      { addresses: [], localTarget: ['a', 'x'] },
    );
    fc.assert(
      fc.property(
        server,
        fc.constantFrom(...matchings),
        fc.boolean(),
        fc.array(change, { maxLength: 12 }),
        change,
        fc.array(name, { minLength: 1, maxLength: 20 }),
        (server, matching, wildcards, before, last, names) => {
          const index = createRecordIndex({ prefix: 'skydns', nameSeed: 1 });
          const noted = noteNames(index);
          const options = { zones: [zone], server, matching, wildcards, index: () => noted.index };
          const lookUp = createNameLookup({ ...options, recordsOfAddress: undefined });
          const apply = ({ isPut, name }: typeof last): void => {
            const key = `/skydns/${name.toReversed().join('/')}`;
            if (isPut) index.put(name, { key, value: JSON.stringify({ text: key }), lease: '0' });
            else index.remove(name, key);
          };
          for (const one of before) apply(one);
          const seen = names.map((name) => {
            noted.names.length = 0;
            const records = lookUp(name);
            const stamps = noted.names.map((name) => index.stampOf(name));
            return { name, stamps, versions: stamps.map(({ version }) => version), records };
          });
          apply(last);
          for (const { name, stamps, versions, records } of seen) {
            const isUnchanged = stamps.every(({ version }, at) => version === versions[at]);
            expect(isUnchanged ? lookUp(name) : records).toEqual(records);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  const index = createRecordIndex({ prefix: 'skydns', nameSeed: 1 });
  for (let at = 0; at < 1_200; at++) {
    const name = ['a', String(at % 30), String(at), 'x'];
    const key = `/skydns/${name.toReversed().join('/')}`;
    index.put(name, { key, value: `{"host":"10.0.${at >> 8}.${at & 255}"}`, lease: '0' });
  }
  const lookUp = createNameLookup({
    zones: [zone],
    server: { addresses: [] },
    matching: 'subtree',
    wildcards: true,
    index: () => index,
    recordsOfAddress: undefined,
  });

  it('answers a question with wildcards with a bounded number of records, and of all there are below a label', () => {
    expect(lookUp(['*', 'x'])).toHaveLength(1_000);
    expect(lookUp(['a', '*', '*', 'x'])).toHaveLength(1_000);
    expect(lookUp(['a', '*', '7', 'x'])).toHaveLength(1);
    expect(createNameList(() => index)(['x'])).toHaveLength(1_000);
  });

  it('does not say of a name that it does not exist while not all that may match was looked at', () => {
    expect(lookUp(['b', 'a', '*', '*', 'x'])).toEqual([]);
    expect(lookUp(['b', 'a', '*', '7', 'x'])).toBeUndefined();
  });
});
