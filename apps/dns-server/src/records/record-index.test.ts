import type { Labels } from '@wharf/record-schema';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { record } from '../testing/record.ts';
import type { IndexedRecord } from './indexed-record.ts';
import { isWithin } from './names.ts';
import { createRecordIndex } from './record-index.ts';

const keys = (records: readonly IndexedRecord[]): readonly string[] => records.map(({ key }) => key).toSorted();

/** The labels that names below `asked` have there, in lower case. */
const expectedBelow = (asked: Labels, model: ReadonlyMap<string, IndexedRecord>): readonly string[] =>
  Array.from(model.values())
    .filter(({ name }) => isWithin(name, asked) && name.length > asked.length)
    .map(({ name }) => (name.at(-1 - asked.length) ?? '').toLowerCase());

describe('createRecordIndex', () => {
  const name = fc.array(fc.constantFrom('a', 'b', 'B'), { minLength: 1, maxLength: 3 });
  const change = fc.record({ remove: fc.boolean(), name });

  it('knows after any changes what a list of all records would know', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40, size: 'max' }), (changes) => {
        const index = createRecordIndex();
        const model = new Map<string, IndexedRecord>();
        for (const { remove, name } of changes) {
          const changed = record(name, {});
          const earlier = remove ? index.remove(name, changed.key) : index.put(changed);
          expect(earlier).toBe(model.get(changed.key));
          if (remove) model.delete(changed.key);
          else model.set(changed.key, changed);
        }
        expect(index.size).toBe(model.size);
        for (const { name } of changes) {
          for (let first = 0; first < name.length; first++) {
            const asked = name.slice(first);
            const expected = keys([...model.values()].filter((record) => isWithin(record.name, asked)));
            const found = index.collect(asked, 1_000);
            // Names exist exactly while there is a record at or below them.
            expect(found && { ...found, records: keys(found.records) }).toEqual(
              expected.length > 0 ? { isCut: false, records: expected } : undefined,
            );
            const below = index.listBelow(asked, 1_000).map(({ label, record }) => [label.toLowerCase(), record.key]);
            const labels = new Set(below.map(([label]) => label));
            expect(labels.size).toBe(below.length);
            expect(labels).toEqual(new Set(expectedBelow(asked, model)));
            for (const [label = '', key = ''] of below) {
              expect(isWithin(model.get(key)?.name ?? [], [label, ...asked])).toBe(true);
            }
          }
        }
      }),
    );
  });

  it('stops at the limit and says so', () => {
    const index = createRecordIndex();
    for (let n = 0; n < 10; n++) index.put(record([String(n), 'web'], {}));
    expect(index.collect(['web'], 10)).toMatchObject({ isCut: false });
    const cut = index.collect(['web'], 9);
    expect(cut?.isCut).toBe(true);
    expect(cut?.records).toHaveLength(9);
    expect(index.listBelow(['web'], 9)).toHaveLength(9);
  });

  it('lists names one level below, as their keys spell them, and each once', () => {
    const index = createRecordIndex();
    for (const name of [['x', 'One'], ['y', 'one'], ['Two'], ['z', 'two']]) index.put(record([...name, 'web'], {}));
    const listed = index.listBelow(['WEB'], 10).map(({ label, record }) => [label, record.key]);
    expect(listed).toEqual([
      ['One', '/skydns/web/One/x'],
      ['Two', '/skydns/web/Two'],
    ]);
    expect(index.listBelow(['two', 'web'], 10).map(({ label }) => label)).toEqual(['z']);
    expect(index.listBelow(['z', 'two', 'web'], 10)).toEqual([]);
    expect(index.listBelow(['no'], 10)).toEqual([]);
  });

  it('walks over each record that does not change meanwhile exactly once, whatever does', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 12 }), fc.array(change, { maxLength: 40 }), (names, changes) => {
        const index = createRecordIndex();
        for (const each of names) index.put(record(each, {}));
        const before = new Set(index.records());
        const touched = new Set<string>();
        const pending = [...changes];
        const walked: IndexedRecord[] = [];
        for (const each of index.records()) {
          walked.push(each);
          for (const { remove, name } of pending.splice(0, 3)) {
            const changed = record(name, {});
            touched.add(changed.key);
            if (remove) index.remove(name, changed.key);
            else index.put(changed);
          }
        }
        const untouched = (records: Iterable<IndexedRecord>) =>
          keys([...records].filter(({ key }) => !touched.has(key)));
        expect(untouched(walked)).toEqual(untouched(before));
      }),
    );
  });
});
