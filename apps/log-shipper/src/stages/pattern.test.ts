import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from './pattern.ts';

const compile = (source: string) => {
  const pattern = compilePattern(source);
  if (!pattern.ok) throw new Error(pattern.error);
  return pattern.value;
};

describe('compilePattern', () => {
  // The rows are the documented syntax of Go's regexp: https://pkg.go.dev/regexp/syntax
  it.each([
    ['(?i)error.*disk', 'ERROR: no room on disk', true],
    ['(?P<code>5\\d\\d)', 'GET / 503', true],
    ['^[[:upper:]]+:', 'WARN: x', true],
    ['\\pL{3}', 'été', true],
    ['\\Aok\\z', 'ok\n', false],
    ['a{2,3}$', 'baaa', true],
    ['(?s)a.b', 'a\nb', true],
    ['\\s', '\u00a0', false],
  ])('%j on %j: %s', (source, text, expected) => {
    expect(compile(source).test(text)).toBe(expected);
  });

  it.each([
    ['(?=a)', /no pattern of Go's regexp/],
    ['(?<!a)b', /no pattern of Go's regexp/],
    ['(a)\\1', /no pattern of Go's regexp/],
    ['(', /no pattern of Go's regexp/],
    ['[z-a]', /no pattern of Go's regexp/],
    ['a{1001}', /no pattern of Go's regexp/],
    ['(?:a{100}){20}', /repeats too much|no pattern of Go's regexp/],
    [`a|${'x'.repeat(1_024)}`, /more than 1024 characters/],
  ])('refuses %.20s', (source, message) => {
    const pattern = compilePattern(source);
    expect(pattern.ok ? '' : pattern.error).toMatch(message);
  });

  // A backtracking engine does not come back from these.
  it.each(['(a+)+$', '(a|aa)+$', '(a|aa?)+$', '(.*a){12}$', '(?:a*)*b', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    'is done with %j on a line made for it',
    (source) => {
      expect(compile(source).test(`${'a'.repeat(16_000)}!`)).toBe(false);
    },
  );

  it('tells where it matches, and what its groups caught', () => {
    const found = (source: string) => [...compile(source).matches('a=1 b=22 é=3')];
    expect(found('(\\w)=(\\d+)')).toEqual([
      { start: 0, end: 3, groups: ['a', '1'] },
      { start: 4, end: 8, groups: ['b', '22'] },
    ]);
    expect(found('=(\\d)')).toEqual([
      { start: 1, end: 3, groups: ['1'] },
      { start: 5, end: 7, groups: ['2'] },
      { start: 10, end: 12, groups: ['3'] },
    ]);
    expect(compile('=(\\d)').isLinear).toBe(true);
    expect(compile('=(\\d+)').isLinear).toBe(false);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (source, text) => {
        const pattern = compilePattern(source);
        if (!pattern.ok) return;
        const found = [...pattern.value.matches(text)].length > 0;
        expect(pattern.value.test(text)).toBe(found);
      }),
    );
  });
});
