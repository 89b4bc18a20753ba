import { array, assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from './match-pattern.ts';
import { TemplateFailure } from './template-error.ts';

function outcome(pattern: string, text: string): string {
  try {
    return typeof compilePattern(pattern)(text);
  } catch (error) {
    return error instanceof TemplateFailure ? 'failure' : 'error';
  }
}

describe('compilePattern', () => {
  it.each([
    ['abc', 'xabcx', true],
    ['^abc$', 'xabc', false],
    ['a.c', 'a\nc', false],
    ['^(?:red|blue)+$', 'redbluered', true],
    ['^[a-c^-]+$', 'a-c^', true],
    ['[^a-z]', 'abc', false],
    ['[]x]', ']', true],
    ['^\\d{2,3}$', '1234', false],
    ['^\\d{2,}$', '1234', true],
    ['^a{2}$', 'aa', true],
    ['^a{,2}$', 'a{,2}', true],
    ['(?i)^TIER=[f-g]', 'tier=F', true],
    ['\\bweb\\b', 'my web app', true],
    ['\\Bweb', 'web', false],
    ['^(?P<name>x?)y??$', '', true],
    ['(a*)*b', 'aaac', false],
    ['é', 'café', true],
    ['', '', true],
  ])('%s on %j: %s', (pattern, text, expected) => {
    expect(compilePattern(pattern)(text)).toBe(expected);
  });

  it.each([
    '(',
    ')',
    '[a',
    '*',
    'a**',
    '\\q',
    '\\',
    '(?=a)',
    '[b-a]',
    'a{9,1}',
    'a{101}',
    '[[:alpha:]]',
    '(a{100}){100}',
    '((()*){100}){100}',
    'x'.repeat(257),
  ])('refuses %s', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(TemplateFailure);
  });

  it('agrees with RegExp on small patterns', () => {
    const piece = constantFrom(
      'a',
      'b',
      '.',
      '(a|b)',
      '[ab]',
      'a*',
      'b+',
      'a?',
      '(ab)*',
      '^',
      '$',
      '\\b',
      '(?:a+b)+',
      'b{1,2}',
      '|',
    );
    const subject = array(constantFrom('a', 'b', ' '), { maxLength: 8 }).map((parts) => parts.join(''));
    assert(
      property(array(piece, { maxLength: 5 }), subject, (parts, text) => {
        const pattern = parts.join('');
        expect(compilePattern(pattern)(text)).toBe(new RegExp(pattern, 'u').test(text));
      }),
    );
  });

  it('gives a value or its own failure for any pattern', () => {
    assert(
      property(string({ unit: 'binary' }), string(), (pattern, text) => {
        expect(['boolean', 'failure']).toContain(outcome(pattern, text));
      }),
    );
  });
});
