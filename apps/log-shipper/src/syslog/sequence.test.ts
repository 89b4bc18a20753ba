import { describe, expect, it } from 'vitest';
import { createSequence, runName } from './sequence.ts';

describe('createSequence', () => {
  it('begins with 1 and goes on with 1 after 2147483647', () => {
    const first = createSequence('r');
    expect([first.next(), first.next()]).toEqual([1, 2]);
    const late = createSequence('r', 2_147_483_646);
    expect([late.next(), late.next(), late.next()]).toEqual([2_147_483_647, 1, 2]);
  });
});

describe('runName', () => {
  it.each([
    [0, 0, '000000000000'],
    [36 ** 7, 0.5, '10000000i000'],
    [36 ** 8 - 1, 0.999_999_9, 'zzzzzzzzzzzz'],
  ])('of %i ms and chance %d is %s', (wallMs, chance, name) => {
    expect(runName(wallMs, () => chance)).toBe(name);
  });

  it('is in the order of time', () => {
    const days = Array.from({ length: 50 }, (_, year) => runName(Date.UTC(2000 + year, 5, 1), () => 0));
    expect(days.toSorted()).toEqual(days);
  });
});
