import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { nativePattern } from './native-pattern.ts';

describe('nativePattern', () => {
  it.each([
    ['^\\s', '\u000bx', false],
    ['^\\s', '\tx', true],
    ['error|warning', 'a warning', true],
    ['^\\d{4}-\\d{2}-\\d{2}T', '2026-02-03T04', true],
    ['^\\d{4}-\\d{2}-\\d{2}T', '2026-2-03T04', false],
    ['(?i)debug', 'a DeBuG line', true],
    ['a.c', 'a\rc', true],
    ['a.c', 'a\nc', false],
    ['^.$', '😀', true],
    ['^(?:\\s|Caused by:|\\.\\.\\. \\d+ more)', '... 12 more', true],
    ['^\\[\\w+\\]', '[web] x', true],
    ['[^a-z ]', 'abc', false],
    ['[.*$-]', '-', true],
    ['\\bok\\b', 'it is ok.', true],
    ['https?:', 'http:', true],
    ['x$', 'x\n', false],
    ['', '', true],
  ])('takes %j: on %j %s', (source, text, expected) => {
    expect(nativePattern(source)?.test(text)).toBe(expected);
    expect(RE2JS.compile(source).test(text)).toBe(expected);
  });

  // What may take long, what means something else in JavaScript, and what is not worth its code.
  it.each([
    '(a+)+$',
    'a.*b',
    'a+',
    '^a+b+',
    'x|^a*',
    '^x|a*',
    '(a|b)*',
    '(?:a|b)?',
    'a{2,}',
    'a{65}',
    '^a**',
    'a*?',
    '(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)',
    '(?i)\\w',
    '(?i)\\bx',
    '(?i)[^k]',
    '(?P<x>a)',
    '(?s).',
    '\\pL',
    '\\x41',
    '\\B',
    '\\z',
    '[[:alpha:]]',
    '[]a]',
    '[z-a]',
    '(a',
    'a)',
    'a]',
    'a\\',
    '\\Qa',
    'x'.repeat(201),
  ])('leaves %j to RE2', (source) => {
    expect(nativePattern(source)).toBeUndefined();
  });

  const parts =
    'a b K . \\s \\S \\d \\w \\W [a-k] [^b\\d] [\\s-] b? .? \\b ^ $ | ( (?: ) \\. a{2} a* .+ é 😀 1 a+b [a-] (?i)';
  const pattern = fc.array(fc.constantFrom(' ', ...parts.split(' ')), { maxLength: 8 });
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', 'k', 'K', '1', ' ', '\t', '\v', '\n', '\r', '.', '-', 'é', '😀', '\u212a', '_'),
    maxLength: 12,
  });

  it('finds what RE2 finds, at the same places', () => {
    let taken = 0;
    fc.assert(
      fc.property(pattern, text, (parts, text) => {
        const source = parts.join('');
        const native = nativePattern(source);
        if (native === undefined) return;
        taken++;
        const found = native.exec(text);
        const [expected] = RE2JS.compile(source).matchAll(text);
        expect(found === null ? [] : [found.index, ...found]).toEqual(
          expected === undefined ? [] : [expected.index, ...expected],
        );
      }),
      { numRuns: 3_000 },
    );
    expect(taken).toBeGreaterThan(300);
  });
});
