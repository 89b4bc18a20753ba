import { describe, expect, it } from 'vitest';
import { nameProblem, sameName } from './name.ts';

describe('nameProblem', () => {
  it.each([
    [['web', 'example'], undefined],
    [[], undefined],
    [['x'.repeat(63)], undefined],
    [Array.from({ length: 127 }, () => 'a'), undefined],
    [[''], 'a label is empty'],
    [['x'.repeat(64)], 'a label has 64 octets, at most 63 fit'],
    [['\u00e9'.repeat(32)], 'a label has 64 octets, at most 63 fit'],
    [Array.from({ length: 128 }, () => 'a'), 'the name has 257 octets, at most 255 fit'],
    [['\ud800'], 'a label has half of a surrogate pair, which stands for no octets'],
  ])('of %j is %s', (name, problem) => {
    expect(nameProblem(name)).toBe(problem);
  });
});

describe('sameName', () => {
  it.each([
    [['Web', 'EXAMPLE'], ['web', 'example'], true],
    [['web'], ['web', 'example'], false],
    [['web'], ['wex'], false],
    [['\u00c9'], ['\u00e9'], false],
    [['a.b'], ['a', 'b'], false],
    [[], [], true],
  ])('of %j and %j is %s (RFC 4343: only ASCII letters have a case)', (one, other, same) => {
    expect(sameName(one, other)).toBe(same);
  });
});
