import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGlob } from './glob.ts';

const matches = (pattern: string, text: string) => {
  const glob = parseGlob(pattern);
  if (!glob.ok) throw new Error(glob.error);
  return glob.value(text);
};

describe('parseGlob', () => {
  // The rows are the documented behaviour of Go's path.Match.
  it.each([
    ['web', 'web', true],
    ['web', 'web-1', false],
    ['web-*', 'web-1', true],
    ['*', '', true],
    ['*', 'a/b', false],
    ['*/*', 'a/b', true],
    ['a*/b', 'a/c/b', false],
    ['**', 'ab', true],
    ['w?b', 'web', true],
    ['w?b', 'w/b', false],
    ['w?b', 'w😀b', true],
    ['web-[0-9]', 'web-7', true],
    ['web-[^0-9]', 'web-7', false],
    ['[a\\]]', ']', true],
    ['[\\-x]', '-', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['a.c', 'abc', false],
    ['a+(b)|c$', 'a+(b)|c$', true],
    ['*\n*', 'a\nb', true],
    ['*ab*ab', 'abab', true],
    ['*ab*ab', 'aab', false],
    ['*-web-*-1', 'x-web-web-2-1', true],
    ['*b*/c', 'abb/c', true],
    ['*😀*', '😀😀', true],
    ['*b', 'a/b', false],
    ['a*', 'a/', false],
  ])('%j on %j: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it.each(['[', '[]', '[a', '[a-]', '[-a]', '[z-a]', 'a\\', 'x'.repeat(257)])('refuses %j', (pattern) => {
    expect(parseGlob(pattern).ok).toBe(false);
  });

  it('takes no longer for a text that almost matches', () => {
    expect(matches('*a*a*a*a*b', 'a'.repeat(200))).toBe(false);
  });

  it('never throws, and a text escaped matches itself alone', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ maxLength: 100 }), (pattern, text) => {
        const glob = parseGlob(pattern);
        if (glob.ok) glob.value(text);
        expect(matches(text.replace(/[\\*?[\]]/g, '\\$&'), text)).toBe(true);
      }),
    );
  });
});
