import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTextPairs, renderTextPairs } from './text-pairs.ts';

const awkward = fc.string({ unit: fc.constantFrom('"', '\\', ' ', '\n', ';', '(', '=', '0', '6', '5', 'a', '\u00e9') });
const anyText = fc.oneof(awkward, fc.string(), fc.string({ unit: 'binary' }));
const pairs = fc.array(fc.tuple(anyText, anyText)).map((list) => new Map(list));

describe('renderTextPairs', () => {
  it.each([
    [[], ''],
    [[['region', 'us']], 'region=us'],
    [
      [
        ['region', 'us'],
        ['note', 'a b'],
        ['path', 'c:\\x'],
      ],
      '"note=a b" path=c:\\\\x region=us',
    ],
    [[['empty', '']], 'empty='],
    [[['say', '"hi"']], 'say=\\"hi\\"'],
    [[['say', 'say "hi"']], '"say=say \\"hi\\""'],
    [[['a', ';b']], '"a=;b"'],
    [[['a', '(b)']], '"a=(b)"'],
    [[['a', '1\t2']], '"a=1\t2"'],
    [[['caf\u00e9', '\u{1f600}']], 'caf\u00e9=\u{1f600}'],
  ] as const)('writes %j as %s', (list, text) => {
    expect(renderTextPairs(new Map(list))).toBe(text);
  });

  it('does not depend on the order in which pairs were given', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        expect(renderTextPairs(new Map([...given].toReversed()))).toBe(renderTextPairs(given));
      }),
    );
  });
});

describe('parseTextPairs', () => {
  it.each([
    ['', []],
    ['   ', []],
    ['a', ['a']],
    ['  a \t b\r\nc ', ['a', 'b', 'c']],
    ['""', ['']],
    ['"a b" c', ['a b', 'c']],
    ['note="a b" c', ['note=a b', 'c']],
    ['"a""b"', ['ab']],
    ['"a b', ['a b']],
    ['5" disk', ['5 disk']],
    ['"a \\" b"', ['a " b']],
    ['a\\ b', ['a b']],
    ['c:\\x', ['c:x']],
    ['a\\', ['a\\']],
    ['caf\\195\\169', ['caf\u00e9']],
    ['\\255', ['\udcff']],
    ['\\256', ['256']],
    ['\\\\032', ['\\032']],
    ['a; b', ['a;', 'b']],
  ])('reads %j as %j', (text, strings) => {
    expect(parseTextPairs(text)).toEqual(strings);
  });

  it('gives back what was rendered', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const keys = [...given.keys()].toSorted((one, other) => (one < other ? -1 : 1));
        expect(parseTextPairs(renderTextPairs(given))).toEqual(keys.map((key) => `${key}=${given.get(key)}`));
      }),
    );
  });

  it('reads any text at all', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(parseTextPairs(text).join('').length).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
