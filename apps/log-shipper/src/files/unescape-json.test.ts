import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unescapeJson } from './unescape-json.ts';

/** The string that the text begins with, and what is behind it; undefined when there is none. */
const unescape = (text: string): readonly [string, string] | undefined => {
  const source = Buffer.from(text);
  const target = Buffer.alloc(source.length);
  const result = { end: 0, length: 0 };
  if (!unescapeJson(source, 1, target, result)) return undefined;
  return [target.toString('utf8', 0, result.length), source.toString('utf8', result.end)];
};

describe('unescapeJson', () => {
  it.each([
    String.raw`""`,
    String.raw`"plain"`,
    String.raw`"a\nb\tc\rd\be\ff\"g\\h\/i"`,
    String.raw`"\u003c\u003e\u0026\u2028\u2029"`,
    String.raw`"\u0000\u001b[31m\u007f"`,
    String.raw`"\u00e9\u00E9é\u20AC€"`,
    String.raw`"\ud83d\ude00😀"`,
    String.raw`"\ufffd"`,
    String.raw`"\\n\\"`,
    String.raw`"\\\""`,
  ])('reads %s as JSON.parse does', (text) => {
    expect(unescape(`${text},rest`)).toEqual([JSON.parse(text), ',rest']);
  });

  it.each([
    [String.raw`"\ud83d"`, '\ufffd'],
    [String.raw`"\ude00\ud83d"`, '\ufffd\ufffd'],
    [String.raw`"\ud83d\u0041"`, '\ufffdA'],
    [String.raw`"\ud83d\ud83d\ude00"`, '\ufffd😀'],
  ])('writes half a pair as a replacement: %s', (text, read) => {
    expect(unescape(text)).toEqual([read, '']);
  });

  it.each([
    ['no end', '"abc'],
    ['an end that is escaped', String.raw`"abc\"`],
    ['an unknown escape', String.raw`"\x41"`],
    ['half an escape', String.raw`"\u00"`],
    ['no hexadecimal digit', String.raw`"\u00g0"`],
    ['a line feed that is not escaped', '"a\nb"'],
    ['a backslash at the end', '"\\'],
  ])('refuses %s', (_name, text) => {
    expect(unescape(text)).toBeUndefined();
  });

  it('is the inverse of JSON.stringify, and of escaping everything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(unescape(JSON.stringify(text))).toEqual([text, '']);
        const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
        const escaped = units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
        expect(unescape(`"${escaped}"`)).toEqual([text, '']);
      }),
    );
  });

  it('refuses exactly what JSON.parse refuses', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\\', 'u', '0', 'd', '8', 'n', '/', 'x', '\t', '"') });
    fc.assert(
      fc.property(text, (inner) => {
        const quoted = `"${inner.replaceAll('"', '\\"')}"`;
        expect(unescape(quoted) !== undefined || hasEarlierEnd(quoted)).toBe(isJson(quoted) || hasEarlierEnd(quoted));
      }),
    );
  });
});

/** A quote before the last one that is not escaped: the string ends there, and JSON has something behind it. */
function hasEarlierEnd(quoted: string): boolean {
  return /(?<!\\)(?:\\\\)*"/.test(quoted.slice(1, -1));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
