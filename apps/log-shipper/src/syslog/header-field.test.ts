import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerField } from './header-field.ts';

describe('headerField', () => {
  it.each([
    ['web-1', 48, 'web-1'],
    ['', 48, '-'],
    ['two words', 48, 'two_words'],
    ['line\nfeed', 48, 'line_feed'],
    ['😀', 48, '_'],
    ['abcdef', 3, 'abc'],
  ])('makes of %j in %i characters %j', (text, limit, field) => {
    expect(headerField(text, limit)).toBe(field);
  });

  it('is always printable ASCII within the limit, and never empty', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '\x7f', '\n', 'é', '😀', '\ud800') }),
        fc.integer({ min: 1, max: 40 }),
        (text, limit) => {
          const field = headerField(text, limit);
          expect(field).toMatch(/^[!-~]+$/);
          expect(field.length).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });
});
