import { describe, expect, it } from 'vitest';
import { editDistance, suggestName } from './suggest-name.ts';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['ttl', 'tll', 1],
    ['domain', 'domian', 1],
    ['resync', 'rsync', 1],
    ['kitten', 'sitting', 3],
  ])('between "%s" and "%s" is %d', (a, b, expected) => {
    expect(editDistance(a, b)).toBe(expected);
    expect(editDistance(b, a)).toBe(expected);
  });
});

describe('suggestName', () => {
  const names = ['ttl', 'ttl-refresh', 'internal', 'log-level'];

  it.each([
    ['tll', 'ttl'],
    ['TTL', 'ttl'],
    ['log_level', 'log-level'],
    ['interal', 'internal'],
    ['bogus', undefined],
    ['x', undefined],
    ['', undefined],
    ['x'.repeat(10_000), undefined],
  ])('for "%s" is %s', (unknown, expected) => {
    expect(suggestName(unknown, names)).toBe(expected);
  });
});
