import { describe, expect, it } from 'vitest';
import { createLineText, SEEN_BYTES } from './line-text.ts';

describe('createLineText', () => {
  it.each([
    ['plain', 'plain'],
    ['café 😀', 'café 😀'],
    ['a real \ufffd', 'a real \ufffd'],
    [Buffer.from([0x63, 0xe9, 0xff]), 'c\xe9\xff'],
    [Buffer.from([0xed, 0xa0, 0x80]), '\xed\xa0\x80'],
    ['', ''],
  ])('reads %j as %j', (given, expected) => {
    const text = createLineText();
    const bytes = Buffer.from(given);
    expect(text.whole(bytes)).toBe(expected);
    expect(text.seen(bytes)).toBe(expected);
  });

  it('sees the beginning of a long line, in whole characters', () => {
    const text = createLineText();
    const bytes = Buffer.from(`${'x'.repeat(SEEN_BYTES - 1)}éa`);
    expect(text.seen(bytes)).toBe('x'.repeat(SEEN_BYTES - 1));
    expect(text.whole(bytes)).toBe(`${'x'.repeat(SEEN_BYTES - 1)}éa`);
  });

  it('reads again what was forgotten', () => {
    const text = createLineText();
    const bytes = Buffer.from('a');
    expect(text.whole(bytes)).toBe('a');
    bytes.write('b');
    text.forget();
    expect(text.whole(bytes)).toBe('b');
  });
});
