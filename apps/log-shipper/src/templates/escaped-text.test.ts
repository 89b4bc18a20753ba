import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageBuilder } from '../queue/message-builder.ts';
import { toEscapedText, writeEscapedText } from './escaped-text.ts';

const written = (text: string): Buffer => {
  const out = new MessageBuilder();
  writeEscapedText(text, out);
  return Buffer.from(out.message());
};

/** Bytes that are UTF-8 here and there. */
const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.string({ unit: 'binary', maxLength: 3 }).map((text) => Buffer.from(text)),
      fc.constantFrom(Buffer.from([0xf0, 0x9f, 0x98]), Buffer.from([0xed, 0xb2, 0x80]), Buffer.from([0xc0, 0xaf])),
    ),
  )
  .map((pieces) => Buffer.concat(pieces));

describe('toEscapedText', () => {
  it.each([
    [Buffer.from('grüße 😀'), 'grüße 😀'],
    [Buffer.from([0x61, 0xff, 0x62]), 'a\udcffb'],
    [Buffer.from([0xc3]), '\udcc3'],
    [Buffer.from([0xf0, 0x9f, 0x98, 0x61]), '\udcf0\udc9f\udc98a'],
    [Buffer.from([0xed, 0xb2, 0x80]), '\udced\udcb2\udc80'],
    [Buffer.from([0xc3, 0xbc, 0xff]), 'ü\udcff'],
    [Buffer.alloc(0), ''],
  ])('of %j', (given, text) => {
    expect(toEscapedText(given)).toBe(text);
  });

  it('is turned back by writeEscapedText, whatever the bytes are', () => {
    fc.assert(
      fc.property(bytes, (given) => {
        expect(written(toEscapedText(given))).toEqual(given);
      }),
    );
  });
});

describe('writeEscapedText', () => {
  it('writes another lone surrogate as U+FFFD, and characters of two units whole', () => {
    expect(written('a\ud83d😀\udcff').toString('latin1')).toBe(Buffer.from('a\ufffd😀').toString('latin1') + '\xff');
  });
});
