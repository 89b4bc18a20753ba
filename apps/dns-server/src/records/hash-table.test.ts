import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHashTable } from './hash-table.ts';

/** Few, at both ends of a part and of the numbers, so that they meet: 2^26 and up are in another part. */
const hash = fc.constantFrom(0, 1, 2, 5, 6, 7, 8, 15, 16, 31, -1, -2, 1 << 26, (1 << 26) + 7);
const change = fc.record({ remove: fc.boolean(), hash, at: fc.nat(9) });

describe('createHashTable', () => {
  it('has what was added and not removed, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 120, size: 'max' }), (changes) => {
        const table = createHashTable();
        const model: { readonly hash: number; readonly value: number }[] = [];
        for (const [number, { remove, hash, at }] of changes.entries()) {
          if (remove && model.length > 0) {
            const [removed] = model.splice(at % model.length, 1);
            if (removed !== undefined) table.remove(removed.hash, removed.value);
          } else {
            table.add(hash, number + 1);
            model.push({ hash, value: number + 1 });
          }
          for (const { hash } of changes) {
            const values = model.filter((each) => each.hash === hash).map(({ value }) => value);
            expect(table.has(hash)).toBe(values.length > 0);
            const found: number[] = [];
            expect(table.find(hash, (value) => found.push(value) === 0)).toBe(0);
            expect(found.toSorted((a, b) => a - b)).toEqual(values);
            for (const value of values) expect(table.find(hash, (other) => other === value)).toBe(value);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('holds many, and forgets them all', () => {
    const table = createHashTable();
    const hashes = Array.from({ length: 20_000 }, (_, n) => Math.imul(n, 0x9e37_79b1));
    for (const [at, hash] of hashes.entries()) table.add(hash, at + 1);
    for (const [at, hash] of hashes.entries()) if (at % 2 === 0) table.remove(hash, at + 1);
    expect(hashes.every((hash, at) => table.has(hash) === (at % 2 === 1))).toBe(true);
    for (const [at, hash] of hashes.entries()) if (at % 2 === 1) table.remove(hash, at + 1);
    expect(hashes.some((hash) => table.has(hash))).toBe(false);
  });

  it('leaves all as it is when what is to be removed is not there', () => {
    const table = createHashTable();
    table.add(1, 1);
    table.remove(1, 2);
    expect(table.find(1, () => true)).toBe(1);
  });
});
