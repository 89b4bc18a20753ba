import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { octetsOf, readText, textLength } from './octets.ts';

const octets = fc.uint8Array({ maxLength: 80 });

describe('octetsOf', () => {
  it('agrees with TextEncoder for every text that UTF-8 can express', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(octetsOf(text)).toEqual(new TextEncoder().encode(text));
      }),
    );
  });

  it.each(['\ud800', 'a\udfff', '\udc7f', '\udd00'])(
    'refuses %j, a lone surrogate that stands for no octet',
    (text) => {
      expect(octetsOf(text)).toBeUndefined();
    },
  );
});

describe('textLength', () => {
  it.each([
    ['', 0],
    ['web', 3],
    ['caf\u00e9', 5],
    ['\u20ac', 3],
    ['\u{1f433}', 4],
    ['a\udcff\u{1f433}', 6],
    ['\ud83d', -1],
  ])('of %j is %i', (text, length) => {
    expect(textLength(text)).toBe(length);
  });
});

describe('readText', () => {
  it('loses no octet, whether it is UTF-8 or not', () => {
    fc.assert(
      fc.property(octets, (given) => {
        expect(octetsOf(readText(given, 0, given.length))).toEqual(given);
      }),
    );
  });

  it('agrees with TextDecoder where that accepts the octets, and is not well formed where it does not', () => {
    const someUtf8 = fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text));
    fc.assert(
      fc.property(fc.oneof(octets, someUtf8), (given) => {
        const text = readText(given, 0, given.length);
        let expected: string | undefined;
        try {
          expected = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(given);
        } catch {
          expected = undefined;
        }
        expect(text.isWellFormed() ? text : undefined).toBe(expected);
      }),
    );
  });

  it('reads no further than the end, even in the middle of a character', () => {
    expect(readText(Uint8Array.of(0x61, 0xc3, 0xa9), 0, 2)).toBe('a\udcc3');
  });
});
