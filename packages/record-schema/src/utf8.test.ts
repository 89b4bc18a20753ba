import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const octets = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 80 });

describe('encodeUtf8', () => {
  it('agrees with TextEncoder for every text that UTF-8 can express', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(encodeUtf8(text)).toEqual([...new TextEncoder().encode(text)]);
      }),
    );
  });

  it.each(['\ud800', 'a\udfff', '\udc7f', '\udd00'])(
    'refuses %j, a lone surrogate that stands for no octet',
    (text) => {
      expect(encodeUtf8(text)).toBeUndefined();
    },
  );
});

describe('decodeUtf8', () => {
  it('loses no octet, whether it is UTF-8 or not', () => {
    fc.assert(
      fc.property(octets, (given) => {
        expect(encodeUtf8(decodeUtf8(given))).toEqual(given);
      }),
    );
  });

  it('agrees with TextDecoder where that accepts the octets, and is not well formed where it does not', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          octets,
          fc.string({ unit: 'binary' }).map((text) => encodeUtf8(text) ?? []),
        ),
        (given) => {
          const text = decodeUtf8(given);
          let expected: string | undefined;
          try {
            expected = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(given));
          } catch {
            expected = undefined;
          }
          expect(text.isWellFormed() ? text : undefined).toBe(expected);
        },
      ),
    );
  });
});
