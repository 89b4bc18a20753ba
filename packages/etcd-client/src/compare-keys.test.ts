import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareKeys } from './compare-keys.ts';

const text = fc.string({ unit: 'binary' });

describe('compareKeys', () => {
  it('orders as the bytes of UTF-8 do', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it.each([
    { first: '/a', second: '/a/b' },
    { first: '/a-b', second: '/a/b' },
    { first: '\uffee', second: '\u{1f600}' },
  ])('puts $first before $second', ({ first, second }) => {
    expect([second, first].sort(compareKeys)).toEqual([first, second]);
  });
});
