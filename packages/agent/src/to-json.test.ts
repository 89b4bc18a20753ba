import { describe, expect, it } from 'vitest';
import { toJson } from './to-json.ts';

describe('toJson', () => {
  it.each([
    [new Map([[1, new Set(['a'])]]), { 1: ['a'] }],
    [
      { time: 12n, error: new Error('away'), url: new URL('http://db/') },
      { time: '12', error: 'away', url: 'http://db/' },
    ],
    [undefined, null],
  ])('turns %o into JSON', (value, expected) => {
    expect(JSON.parse(toJson(value))).toEqual(expected);
  });
});
