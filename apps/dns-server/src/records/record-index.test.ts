import type { LeaseId } from '@wharf/etcd-client';
import { canonicalLabel, type Labels, type ServiceRecord } from '@wharf/record-schema';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { record, storedForm } from '../testing/record.ts';
import type { IndexedRecord } from './indexed-record.ts';
import { hashLabel } from './name-hash.ts';
import { isWithin } from './names.ts';
import { createRecordIndex, type RecordIndex } from './record-index.ts';

const keys = (records: readonly IndexedRecord[]): readonly string[] => records.map(({ key }) => key).toSorted();

/** The labels that names below `asked` have there, in lower case. */
const expectedBelow = (asked: Labels, model: ReadonlyMap<string, IndexedRecord>): readonly string[] =>
  Array.from(model.values())
    .filter(({ name }) => isWithin(name, asked) && name.length > asked.length)
    .map(({ name }) => canonicalLabel(name.at(-1 - asked.length) ?? ''));

const byKey = (records: Iterable<IndexedRecord>): readonly IndexedRecord[] =>
  Array.from(records).toSorted((a, b) => (a.key < b.key ? -1 : 1));

/** How many records hang on each lease. */
const leasesOf = (model: ReadonlyMap<string, IndexedRecord>): ReadonlyMap<LeaseId, number> => {
  const leases = new Map<LeaseId, number>();
  for (const { lease } of model.values()) if (lease !== undefined) leases.set(lease, (leases.get(lease) ?? 0) + 1);
  return leases;
};

const create = (): RecordIndex => createRecordIndex({ prefix: 'skydns', nameSeed: 0x1234_5678 });
const put = (index: RecordIndex, name: Labels, service: ServiceRecord = {}): void =>
  index.put(name, storedForm(record(name, service)));

/** Everything that an index says about a name. */
const said = (index: RecordIndex, name: Labels) => ({
  found: index.collect(name, 1_000),
  below: index.listBelow(name, 1_000),
  labels: index.labelsBelow(name, 1_000),
});

/** The hash of a name, of its octets as a packet has them. */
const hashOf = (name: Labels): number => {
  let hash = 0x1234_5678;
  for (const label of name.toReversed()) {
    const octets = Buffer.from(label);
    hash = hashLabel(hash, octets, 0, octets.length);
  }
  return hash;
};

describe('createRecordIndex', () => {
  const name = fc.array(fc.constantFrom('a', 'b', 'B', '\u00c9', 'x'.repeat(63)), { minLength: 1, maxLength: 3 });
  const service = fc.record({ host: fc.constantFrom('10.0.0.1', 'a.example'), text: fc.string({ unit: 'grapheme' }) });
  const change = fc.record({ remove: fc.boolean(), name, service, lease: fc.constantFrom('1', '2', undefined) });

  it('knows after any changes what a list of all records would know', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40, size: 'max' }), (changes) => {
        const index = create();
        const model = new Map<string, IndexedRecord>();
        for (const { remove, name, service, lease } of changes) {
          // What was said before a change must not be said after it.
          index.collect([], 1_000);
          const changed = record(name, service, lease === undefined ? {} : { lease });
          const { key } = changed;
          const known = model.get(key);
          if (remove) model.delete(key);
          else model.set(key, changed);
          expect(remove && index.remove(name, key)).toBe(remove && known !== undefined);
          if (!remove) index.put(name, storedForm(changed));
        }
        expect(index.size).toBe(model.size);
        for (const { name } of changes) {
          const { key } = record(name, {});
          expect(index.get(name, key)).toEqual(model.get(key));
        }
        expect(byKey(index.records())).toEqual(byKey(model.values()));
        expect(new Map(Array.from(index.leases, ([id, { records }]) => [id, records]))).toEqual(leasesOf(model));
        for (const { name } of changes) {
          for (let first = 0; first < name.length; first++) {
            const asked = name.slice(first);
            const expected = [...model.values()].filter((record) => isWithin(record.name, asked));
            const found = index.collect(asked, 1_000);
            // Names exist exactly while there is a record at or below them.
            expect(found && { ...found, records: byKey(found.records) }).toEqual(
              expected.length > 0 ? { isCut: false, records: byKey(expected) } : undefined,
            );
            const own = expected.filter(({ name }) => name.length === asked.length);
            const ownFound = index.own(asked, 1_000);
            expect(ownFound && byKey(ownFound)).toEqual(expected.length > 0 ? byKey(own) : undefined);
            expect(index.own(asked, 1)?.length ?? 0).toBe(Math.min(own.length, 1));
            expect(index.mayExist(hashOf(asked))).toBe(expected.length > 0);
            const below = index.listBelow(asked, 1_000).map(({ label, record }) => [canonicalLabel(label), record.key]);
            const labels = new Set(below.map(([label]) => label));
            expect(labels.size).toBe(below.length);
            expect(index.labelsBelow(asked, 1_000)).toEqual(below.map(([label]) => label));
            expect(labels).toEqual(new Set(expectedBelow(asked, model)));
            for (const [label = '', key = ''] of below) {
              expect(isWithin(model.get(key)?.name ?? [], [label, ...asked])).toBe(true);
            }
          }
        }
      }),
    );
  });

  it('has stamps that say when anything about a name may be otherwise, and not for records of other names', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40, size: 'max' }), fc.array(name), (changes, asked) => {
        const index = create();
        const take = (name: Labels) => {
          const stamp = index.stampOf(name);
          return { name, stamp, version: stamp.version, said: said(index, name) };
        };
        const taken: ReturnType<typeof take>[] = [];
        for (const { remove, name, service } of changes) {
          const changed = record(name, service);
          const before = asked.map(take);
          taken.push(...before);
          if (remove) index.remove(name, changed.key);
          else index.put(name, storedForm(changed));
          const same = taken.filter(({ stamp, version }) => stamp.version === version);
          expect(same.map(({ name }) => said(index, name))).toEqual(same.map((each) => each.said));
          // What is said of a name that exists has nothing to do with its neighbours.
          const others = before.filter((each) => each.said.found !== undefined && !isWithin(name, each.name));
          expect(others.filter((each) => !same.includes(each))).toEqual([]);
        }
      }),
    );
  });

  it('gives a name that did not exist another version when a name between comes or goes', () => {
    const index = create();
    put(index, ['b', 'a']);
    const stamp = index.stampOf(['c', 'b', 'a']);
    const { version } = stamp;
    put(index, ['other', 'x']);
    expect(stamp.version).toBe(version);
    put(index, ['c', 'b', 'a']);
    expect(stamp.version).not.toBe(version);
    const later = index.stampOf(['c', 'b', 'a']);
    const laterVersion = later.version;
    index.remove(['c', 'b', 'a'], '/skydns/a/b/c');
    expect(later.version).not.toBe(laterVersion);
    // The place of the name that went is used again for another.
    const gone = later.version;
    put(index, ['z', 'x']);
    expect(later.version).not.toBe(laterVersion);
    expect(gone).not.toBe(version);
  });

  it('keeps keys that stand for the same name, and records that are as long as can be', () => {
    const index = create();
    const name = [`${'x'.repeat(45)}%~0123456789abcdef`, 'web'];
    const text = 'x'.repeat(65_000);
    const service = { text };
    for (const key of ['/skydns/web/a', `/skydns/web/${'y'.repeat(100_000)}`]) {
      index.put(name, storedForm(record(name, service, { key })));
    }
    expect(index.size).toBe(2);
    expect(index.collect(name, 10)?.records.map((record) => record.service.text)).toEqual([text, text]);
    expect(index.remove(name, '/skydns/web/a')).toBe(true);
    expect(index.collect(name, 10)?.records.map(({ key }) => key.length)).toEqual([100_012]);
  });

  it('stops at the limit and says so', () => {
    const index = create();
    for (let n = 0; n < 10; n++) put(index, [String(n), 'web']);
    expect(index.collect(['web'], 10)).toMatchObject({ isCut: false });
    const cut = index.collect(['web'], 9);
    expect(cut?.isCut).toBe(true);
    expect(cut?.records).toHaveLength(9);
    expect(index.listBelow(['web'], 9)).toHaveLength(9);
    expect(index.labelsBelow(['web'], 9)).toHaveLength(9);
  });

  it('lists names one level below, as their keys spell them, and each once', () => {
    const index = create();
    for (const name of [['x', 'One'], ['y', 'one'], ['Two'], ['z', 'two']]) put(index, [...name, 'web']);
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
        const index = create();
        for (const each of names) put(index, each);
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
            else index.put(changed.name, storedForm(changed));
          }
        }
        const untouched = (records: Iterable<IndexedRecord>) =>
          keys([...records].filter(({ key }) => !touched.has(key)));
        expect(untouched(walked)).toEqual(untouched(before));
      }),
    );
  });
});
