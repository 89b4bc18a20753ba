import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8Boundary } from './utf8-boundary.ts';

describe('utf8Boundary', () => {
  it.each<[string, Buffer, number, number]>([
    ['what fits', Buffer.from('abc'), 3, 3],
    ['ASCII', Buffer.from('abcd'), 3, 3],
    ['before a character that does not fit', Buffer.from('a€'), 3, 1],
    ['before four bytes that do not fit', Buffer.from('a😀b'), 4, 1],
    ['after a character that just fits', Buffer.from('€€'), 3, 3],
    ['bytes that are no text, at the limit', Buffer.alloc(10, 0x80), 6, 6],
  ])('cuts %s', (_name, bytes, limit, end) => {
    expect(utf8Boundary(bytes, limit)).toBe(end);
  });

  it('never halves a character and leaves out at most three bytes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀') }),
        fc.integer({ min: 4, max: 30 }),
        (text, limit) => {
          const bytes = Buffer.from(text);
          const end = utf8Boundary(bytes, limit);
          expect(bytes.subarray(0, end).toString() + bytes.subarray(end).toString()).toBe(bytes.toString());
          expect(end).toBeGreaterThanOrEqual(Math.min(bytes.length, limit - 3));
        },
      ),
    );
  });
});
