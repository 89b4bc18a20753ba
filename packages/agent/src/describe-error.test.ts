import { describe, expect, it } from 'vitest';
import { describeError } from './describe-error.ts';

describe('describeError', () => {
  const endless = new Error('again');
  endless.cause = endless;

  it.each([
    [new Error('outer', { cause: new Error('inner') }), 'outer: inner'],
    [new Error('outer: inner', { cause: new Error('inner') }), 'outer: inner'],
    [new AggregateError([new Error('a'), new Error('b')]), 'a; b'],
    [new TypeError(), 'TypeError'],
    [endless, 'again'],
    ['text', 'text'],
    [{ code: 1 }, '{"code":1}'],
    [undefined, 'unknown error'],
    [() => undefined, 'function'],
  ])('of %o is "%s"', (error, expected) => {
    expect(describeError(error)).toBe(expected);
  });
});
