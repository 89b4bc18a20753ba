import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileWildcard } from './wildcard.ts';

/** The same question, asked of every way to divide the text. */
function matchesSomehow(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (!pattern.startsWith('*')) return text[0] === pattern[0] && matchesSomehow(pattern.slice(1), text.slice(1));
  return Array.from({ length: text.length + 1 }, (_, at) => text.slice(at)).some((rest) =>
    matchesSomehow(pattern.slice(1), rest),
  );
}

describe('compileWildcard', () => {
  it.each([
    ['web', 'web', true],
    ['web', 'web-1', false],
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'a/b\nc', true],
    ['web-*', 'web-', true],
    ['web-*', 'my-web-1', false],
    ['*-web', 'my-web', true],
    ['*-web', 'web', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*bc*c', 'abc', false],
    ['a*bc*c', 'abcc', true],
    ['*ab*ab', 'abxab', true],
    ['a.c', 'abc', false],
    ['**', '', true],
    ['Web', 'web', false],
  ])('%j on %j: %s', (pattern, text, expected) => {
    expect(compileWildcard(pattern)(text)).toBe(expected);
  });

  it('finds a division of the text exactly when there is one', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('*', 'a', 'b'), maxLength: 6 });
    fc.assert(
      fc.property(pattern, text, (pattern, text) => {
        expect(compileWildcard(pattern)(text)).toBe(matchesSomehow(pattern, text));
      }),
      { numRuns: 1_000 },
    );
  });

  it('ends for a text that almost matches many times', () => {
    expect(compileWildcard(`${'a*'.repeat(200)}b`)('a'.repeat(5_000))).toBe(false);
  });
});
