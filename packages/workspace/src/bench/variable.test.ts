import { describe, expect, it } from 'vitest';
import { readNumber } from './variable.ts';

const variable = { name: 'LINES', example: '20000', summary: 'How many lines there are.' };

describe('readNumber', () => {
  it.each([
    [{}, 7],
    [{ LINES: '' }, 7],
    [{ LINES: '0.5' }, 0.5],
    [{ LINES: '20000' }, 20_000],
  ])('reads %j as %d', (env, expected) => expect(readNumber(variable, 7, env)).toBe(expected));

  it.each(['many', '0', '-1', 'Infinity', '1,000'])('refuses %j', (text) => {
    expect(() => readNumber(variable, 7, { LINES: text })).toThrow(
      `LINES takes a number above 0, such as 20000, not "${text}".`,
    );
  });

  it('takes 0 where that may be', () => {
    expect(readNumber({ ...variable, mayBeZero: true }, 7, { LINES: '0' })).toBe(0);
    expect(() => readNumber({ ...variable, mayBeZero: true }, 7, { LINES: '-1' })).toThrow('a number from 0, such as');
  });
});
