import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitTextPairs, MAX_TEXT_OCTETS, textPairProblem } from './fit-text-pairs.ts';
import { parseTextPairs, renderTextPairs } from './text-pairs.ts';

const octets = (text: string): number => new TextEncoder().encode(text).length;

describe('textPairProblem (RFC 6763, section 6.4)', () => {
  it.each([
    ['region', 'us'],
    ['a b', ''],
    ['~!#', '=x='],
    ['a', 'x'.repeat(253)],
    ['a', '\u00e9'.repeat(126)],
  ])('finds nothing wrong with %j=%.20j', (key, value) => {
    expect(textPairProblem(key, value)).toBeUndefined();
  });

  it.each([
    ['', 'x', 'its key is empty'],
    ['a=b', 'x', 'its key contains "=", which ends a key'],
    ['caf\u00e9', 'x', 'its key is not printable ASCII'],
    ['a\u007f', 'x', 'its key is not printable ASCII'],
    ['a\nb', 'x', 'its key is not printable ASCII'],
    ['a', '1\n2', 'its value contains a control character'],
    ['a', '\u0085', 'its value contains a control character'],
    ['a', '\udc80', 'its value has half of a surrogate pair, which UTF-8 cannot express'],
    ['a', 'x'.repeat(254), 'its key and value have 256 octets with the "=", at most 255 fit'],
    ['a', '\u00e9'.repeat(127), 'its key and value have 256 octets with the "=", at most 255 fit'],
  ])('refuses %j=%.20j', (key, value, problem) => {
    expect(textPairProblem(key, value)).toBe(problem);
  });
});

describe('fitTextPairs', () => {
  it('says of each pair that is left out why, and takes a key once, whatever its case (RFC 6763, section 6.4)', () => {
    const pairs = new Map([
      ['tier', 'front'],
      ['Region', 'us'],
      ['region', 'eu'],
      ['bad', '\u0000'],
    ]);
    expect(fitTextPairs(pairs)).toEqual({
      fitting: new Map([
        ['Region', 'us'],
        ['tier', 'front'],
      ]),
      leftOut: [
        { key: 'bad', reason: 'its value contains a control character' },
        { key: 'region', reason: 'its key is there already in other case, and readers take the first' },
      ],
    });
  });

  it('leaves out what has no room, and takes a shorter one behind it', () => {
    const long = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => [key, 'x'.repeat(230)] as const);
    const { fitting, leftOut } = fitTextPairs(new Map([...long, ['z', '1']]));
    expect([...fitting.keys()]).toEqual(['a', 'b', 'c', 'd', 'e', 'z']);
    expect(leftOut).toEqual([
      { key: 'f', reason: 'it needs 233 octets, and of the 1300 of a TXT record 135 are left' },
    ]);
  });

  it.each([
    [17, []],
    [18, ['f']],
  ])('fills a TXT record to the last octet: a value of %i more leaves out %j', (length, expected) => {
    const full = ['a', 'b', 'c', 'd', 'e'].map((key) => [key, 'x'.repeat(253)] as const);
    const { leftOut } = fitTextPairs(new Map([...full, ['f', 'x'.repeat(length)]]));
    expect(leftOut.map(({ key }) => key)).toEqual(expected);
  });

  it('keeps every pair on one side or the other, and the TXT record within its limit', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.string({ unit: fc.constantFrom('"', ' ', 'x'), size: '+1' }),
    );
    const key = fc.string({ unit: fc.constantFrom('a', 'B', 'c', '='), maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(key, text), { size: '+1' }), (list) => {
        const pairs = new Map(list);
        const { fitting, leftOut } = fitTextPairs(pairs);
        expect([...fitting.keys(), ...leftOut.map(({ key }) => key)].toSorted()).toEqual([...pairs.keys()].toSorted());
        const rendered = renderTextPairs(fitting);
        const data = parseTextPairs(rendered).reduce((sum, string) => sum + 1 + octets(string), 0);
        expect(Math.max(octets(rendered), data)).toBeLessThanOrEqual(MAX_TEXT_OCTETS);
      }),
    );
  });
});
