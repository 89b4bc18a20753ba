import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_TXNR, renderRelpFrames } from './relp-frame.ts';
import { createRelpFrameParser } from './relp-frame-parser.ts';

/** The frames of some bytes that come in pieces, as texts, and what was wrong at last. */
const parse = (pieces: readonly Buffer[], maxDataBytes?: number) => {
  const parser = createRelpFrameParser(maxDataBytes);
  const frames: string[] = [];
  let error: string | undefined;
  for (const piece of pieces) {
    error ??= parser.push(piece, ({ txnr, command, data }) =>
      frames.push(`${txnr} ${command} ${data.toString('latin1')}`),
    );
  }
  return { frames, error };
};
const cut = (bytes: Buffer, lengths: readonly number[]): readonly Buffer[] => {
  const pieces: Buffer[] = [];
  let offset = 0;
  for (const length of lengths) {
    pieces.push(bytes.subarray(offset, offset + length));
    offset += length;
  }
  return [...pieces, bytes.subarray(offset)];
};

describe('renderRelpFrames', () => {
  it.each<[string, number, readonly string[], string]>([
    ['syslog', 2, ['ahoy'], '2 syslog 4 ahoy\n'],
    ['syslog', 9, ['a', 'grüße\n', ''], '9 syslog 1 a\n10 syslog 8 grüße\n\n11 syslog 0\n'],
    ['close', 7, [''], '7 close 0\n'],
    ['syslog', MAX_TXNR, ['a', 'b'], '999999999 syslog 1 a\n1 syslog 1 b\n'],
  ])('%s from %i on with %j', (command, first, data, bytes) => {
    const buffers = data.map((text) => Buffer.from(text));
    expect(String(renderRelpFrames(command, first, buffers))).toBe(bytes);
  });
});

describe('createRelpFrameParser', () => {
  it.each<[string, readonly string[]]>([
    ['2 rsp 6 200 OK\n', ['2 rsp 200 OK']],
    ['2 rsp 0\n3 rsp 0 \n', ['2 rsp ', '3 rsp ']],
    ['0 serverclose 0\n', ['0 serverclose ']],
    ['1 rsp 8 200 OK\n\n\n', ['1 rsp 200 OK\n\n']],
    ['000000002 rsp 000000001 x\n', ['2 rsp x']],
    [`1 ${'c'.repeat(32)} 0\n`, [`1 ${'c'.repeat(32)} `]],
  ])('finds the frames of %j', (text, frames) => {
    expect(parse([Buffer.from(text)])).toEqual({ frames, error: undefined });
  });

  it.each([
    ['HTTP/1.1 400 Bad Request\r\n', /no transaction number/],
    [' rsp 0\n', /no transaction number/],
    ['-1 rsp 0\n', /no transaction number/],
    ['1000000000 rsp 0\n', /no transaction number/],
    ['1\n', /no transaction number/],
    ['1  0\n', /no command/],
    ['1 rsp2 0\n', /no command/],
    [`1 ${'c'.repeat(33)} 0\n`, /no command/],
    ['1 rsp\n', /no command/],
    ['1 rsp x\n', /no length/],
    ['1 rsp \n', /no length/],
    ['1 rsp 1\n', /length of a frame has no end/],
    ['1 rsp 1x\n', /length of a frame has no end/],
    ['1 rsp 0000000001 x\n', /length of a frame has no end/],
    ['1 rsp 131073 ', /a frame of 131073 bytes/],
    ['1 rsp 999999999 ', /a frame of 999999999 bytes/],
    ['1 rsp 2 200 OK\n', /another length/],
  ])('breaks with %j, and takes nothing more', (text, message) => {
    const parser = createRelpFrameParser();
    const frames: unknown[] = [];
    expect(parser.push(Buffer.from(`2 rsp 0\n${text}`), (frame) => frames.push(frame))).toMatch(message);
    expect(parser.push(Buffer.from('3 rsp 0\n'), (frame) => frames.push(frame))).toMatch(/does not speak RELP/);
    expect(frames).toHaveLength(1);
  });

  it('finds the frames that were rendered, however the bytes are cut', () => {
    const data = fc.array(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      { maxLength: 8 },
    );
    const lengths = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_TXNR - 10 }), data, lengths, (first, messages, lengths) => {
        const frames = messages.map((bytes, index) => `${first + index} syslog ${bytes.toString('latin1')}`);
        const bytes = renderRelpFrames('syslog', first, messages);
        expect(parse(cut(bytes, lengths))).toEqual({ frames, error: undefined });
      }),
    );
  });

  it('says the same of any bytes however they are cut, and never throws', () => {
    const alphabet = [...Buffer.from('0129 rspRSP\n\0\xff', 'latin1')];
    const bytes = fc.array(fc.constantFrom(...alphabet), { maxLength: 60 }).map((octets) => Buffer.from(octets));
    const lengths = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 });
    fc.assert(
      fc.property(bytes, lengths, (bytes, lengths) => {
        expect(parse(cut(bytes, lengths), 12)).toEqual(parse([bytes], 12));
      }),
      { numRuns: 2_000 },
    );
  });
});
