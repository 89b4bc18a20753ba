import { describe, expect, it } from 'vitest';
import type { OptionType } from './option-type.ts';
import { choice, durationMs, integer, list, orOff, string, toggle } from './option-types.ts';

const accepted: readonly [string, OptionType<unknown>, string, unknown][] = [
  ['string', string(), '', ''],
  ['integer', integer(), '0040', 40],
  ['integer', integer(), '-1', -1],
  ['integer', integer(), '-0', 0],
  ['integer', integer({ min: 1, max: 3 }), '3', 3],
  ['toggle', toggle(), 'T', true],
  ['toggle', toggle(), '0', false],
  ['choice', choice(['v5', 'v7']), 'v7', 'v7'],
  ['list', list(integer()), '1, 2,,3', [1, 2, 3]],
  ['list', list(string()), '', []],
  ['durationMs', durationMs({ minMs: 500 }), '500ms', 500],
  ['orOff', orOff(integer()), '', undefined],
  ['orOff', orOff(integer()), 'off', undefined],
  ['orOff', orOff(integer()), '7', 7],
];

const refused: readonly [string, OptionType<unknown>, string, string][] = [
  ['integer', integer(), '', 'is not a whole number'],
  ['integer', integer(), '1e3', 'is not a whole number'],
  ['integer', integer(), '0x10', 'is not a whole number'],
  ['integer', integer(), '99999999999999999', 'is not a whole number'],
  ['integer', integer(), '9999999999999999', 'is out of range: it must be a whole number'],
  ['integer', integer({ min: 1, unit: 'seconds' }), 'abc', 'is not a whole number of seconds, at least 1'],
  ['integer', integer({ min: 1, max: 3 }), '4', 'is out of range: it must be a whole number from 1 to 3'],
  ['integer', integer({ max: 3 }), '4', 'is out of range: it must be a whole number, at most 3'],
  ['toggle', toggle(), 'yes', 'is neither true nor false (1, 0, t and f do too)'],
  ['choice', choice(['v5', 'v7']), 'V5', 'is none of v5, v7'],
  ['list', list(integer()), '1,b', 'has an item 2 that is not a whole number'],
  ['list', list(integer()), 'b', 'is not a whole number'],
  ['durationMs', durationMs({ minMs: 500 }), '1ms', 'is too short: it must be at least 500ms'],
  ['durationMs', durationMs({ maxMs: 500 }), '1s', 'is too long: it must be at most 500ms'],
];

describe('option types', () => {
  it.each(accepted)('%s %# reads "%3$s"', (_, type, text, value) => {
    expect(type.parse(text)).toEqual({ ok: true, value });
  });

  it.each(refused)('%s %# refuses a text and says what it takes', (_, type, text, error) => {
    expect(type.parse(text)).toEqual({ ok: false, error });
  });

  it.each(accepted)('%s %# writes a value so that it is read back', (_, type, __, value) => {
    expect(type.parse(type.render(value))).toEqual({ ok: true, value });
  });
});
