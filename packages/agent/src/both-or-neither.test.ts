import { describe, expect, it } from 'vitest';
import { bothOrNeither } from './both-or-neither.ts';

describe('bothOrNeither', () => {
  it.each([
    [undefined, undefined],
    ['ann', 'secret'],
  ])('has nothing to say about %s and %s', (user, password) => {
    expect(bothOrNeither(['-username', user], ['-password', password])).toEqual([]);
  });

  it.each([
    ['ann', undefined, { option: '-username', value: '', message: 'needs -password: give both or neither' }],
    [undefined, 'secret', { option: '-password', value: '', message: 'needs -username: give both or neither' }],
  ])('names the one that is missing for %s and %s, and no value', (user, password, error) => {
    expect(bothOrNeither(['-username', user], ['-password', password])).toEqual([error]);
  });
});
