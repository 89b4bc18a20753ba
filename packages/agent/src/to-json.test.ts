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
    [
      { url: new URL('http://user:secret@db/'), error: new Error('http://user:secret@db refused'), of: 'tls://u:p@db' },
      { url: 'http://***@db/', error: 'http://***@db refused', of: 'tls://***@db' },
    ],
    ['mail:ann@example.org', 'mail:ann@example.org'],
  ])('turns %o into JSON', (value, expected) => {
    expect(JSON.parse(toJson(value))).toEqual(expected);
  });
});
