import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChunkedDecoder } from './chunked-decoder.ts';

/** What comes out when `bytes` arrive in parts that end at `cuts`. */
function decode(bytes: Buffer, cuts: readonly number[]) {
  const decoder = createChunkedDecoder();
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let body = '';
  let start = 0;
  for (const end of ends) {
    const part = Buffer.from(bytes.subarray(start, end));
    body += part.toString('latin1', 0, decoder.decode(part));
    start = end;
  }
  return { body, state: decoder.state };
}

const everyByte = (bytes: Buffer): readonly number[] => Array.from(bytes, (_byte, index) => index);

describe('createChunkedDecoder', () => {
  it('gives the same body however it is divided into chunks and parts', () => {
    const size = fc.record({
      upper: fc.boolean(),
      zeros: fc.nat(3),
      extension: fc.constantFrom('', ';a=b', ' ;c', '\t'),
    });
    const someChunk = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), size);
    const trailers = fc.constantFrom('', 'A: b\r\n', 'A: b\r\nC: d\r\n');
    fc.assert(
      fc.property(fc.array(someChunk, { maxLength: 8 }), trailers, fc.array(fc.nat()), (chunks, trailer, cuts) => {
        const encoded = chunks.flatMap(([payload, { upper, zeros, extension }]) => {
          const digits = '0'.repeat(zeros) + payload.length.toString(16);
          return [
            Buffer.from(`${upper ? digits.toUpperCase() : digits}${extension}\r\n`),
            payload,
            Buffer.from('\r\n'),
          ];
        });
        const bytes = Buffer.concat([...encoded, Buffer.from(`0\r\n${trailer}\r\n`)]);
        const body = Buffer.concat(chunks.map(([payload]) => payload)).toString('latin1');
        expect(decode(bytes, cuts)).toEqual({ body, state: 'complete' });
        expect(decode(bytes, everyByte(bytes))).toEqual({ body, state: 'complete' });
        expect(decode(bytes.subarray(0, -1), cuts)).toEqual({ body, state: 'open' });
      }),
    );
  });

  it('leaves alone what follows the body', () => {
    expect(decode(Buffer.from('1\r\na\r\n0\r\n\r\n1\r\nb\r\n'), [])).toEqual({ body: 'a', state: 'complete' });
  });

  it.each([
    ['no digit', '\r\n'],
    ['a word for a size', 'x\r\n'],
    ['a sign', '-1\r\n'],
    ['an LF alone behind a size', '1\na'],
    ['something else than an LF behind a CR', '1\rx'],
    ['a size beyond any', `${'f'.repeat(13)}\r\n`],
    ['zeros without end', '0'.repeat(13)],
    ['an extension without end', `1;${'x'.repeat(17_000)}`],
    ['trailers without end', `0\r\n${'a: b\r\n'.repeat(5_000)}`],
    ['a chunk longer than its size', '1\r\nab\r\n'],
    ['a CR without LF behind a chunk', '1\r\na\rb'],
    ['a CR within a trailer', '0\r\na\rb'],
  ])('refuses %s, wherever the parts end', (_what, text) => {
    const bytes = Buffer.from(text);
    expect(decode(bytes, []).state).toBe('corrupt');
    expect(decode(bytes, everyByte(bytes)).state).toBe('corrupt');
  });
});
