import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textLength } from './octets.ts';
import { splitText } from './split-text.ts';

describe('splitText', () => {
  it.each([
    ['', ['']],
    ['short', ['short']],
    ['x'.repeat(255), ['x'.repeat(255)]],
    ['x'.repeat(256), ['x'.repeat(255), 'x']],
    ['\u00e9'.repeat(128), ['\u00e9'.repeat(127), '\u00e9']],
  ])('of %.20j', (text, strings) => {
    expect(splitText(text)).toEqual(strings);
  });

  it('loses nothing, and no string is too long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1_000 }), (text) => {
        const strings = splitText(text);
        expect(strings.join('')).toBe(text);
        expect(Math.max(...strings.map(textLength))).toBeLessThanOrEqual(255);
      }),
    );
  });
});
