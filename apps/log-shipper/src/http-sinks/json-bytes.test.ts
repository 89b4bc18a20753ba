import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageBuilder } from '../queue/message-builder.ts';
import { writeJsonBytes } from './json-bytes.ts';

const written = (bytes: Buffer): string => {
  const out = new MessageBuilder();
  writeJsonBytes(bytes, out);
  out.end();
  return out.take().bytes.toString();
};

describe('writeJsonBytes', () => {
  it.each<[string, string | Buffer, string]>([
    ['an empty line', '', '""'],
    ['plain text as it is', 'ahoy', '"ahoy"'],
    ['characters beyond ASCII as they are', 'grüße 😀', '"grüße 😀"'],
    ['quotes and backslashes escaped', 'a "b" \\c', '"a \\"b\\" \\\\c"'],
    ['control characters escaped', 'a\tb\u001b[0m\u0000', '"a\\tb\\u001b[0m\\u0000"'],
    ['what is not UTF-8 as U+FFFD', Buffer.from([0x61, 0xff, 0x62]), '"a\ufffdb"'],
    ['a halved character as U+FFFD', Buffer.from('€').subarray(0, 2), '"\ufffd"'],
    ['an encoded surrogate as U+FFFD', Buffer.from([0xed, 0xa0, 0x80]), '"\ufffd\ufffd\ufffd"'],
  ])('writes %s', (_name, bytes, json) => {
    expect(written(Buffer.from(bytes))).toBe(json);
  });

  it('gives the text of any bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 40 }),
          fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
        ),
        (any) => {
          const bytes = Buffer.from(any);
          expect(JSON.parse(written(bytes))).toBe(bytes.toString());
        },
      ),
    );
  });
});
