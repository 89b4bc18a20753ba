import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogPiece } from './log-line.ts';
import { createPieceParser } from './piece-parser.ts';

const time = '2026-02-03T04:05:06.123456789Z';
const frame = (stream: number, text: string): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

const parse = (chunks: readonly Buffer[], tty = false) => {
  const seen: string[] = [];
  const show = ({ source, timestamp, bytes, partial }: LogPiece) =>
    `${source} ${timestamp} ${String(bytes)}${partial ? ' ...' : ''}`;
  const parser = createPieceParser(
    {
      onPiece: (piece) => seen.push(show(piece)),
      onMalformed: () => seen.push('malformed'),
      onFault: (message) => seen.push(`fault: ${message}`),
    },
    tty,
  );
  for (const chunk of chunks) parser.push(chunk);
  parser.end();
  return seen;
};

describe('createPieceParser', () => {
  it.each<[string, Buffer, readonly string[]]>([
    ['a line', frame(1, `${time} ahoy\n`), [`stdout ${time} ahoy`]],
    ['a piece of a line', frame(2, `${time} ahoy`), [`stderr ${time} ahoy ...`]],
    ['an empty line', frame(1, `${time} \n`), [`stdout ${time} `]],
    ['no time', frame(1, 'ahoy there\n'), ['malformed']],
    ["Podman's time", frame(1, '2026-02-03T05:05:06+01:00 a\n'), ['stdout 2026-02-03T04:05:06.000000000Z a']],
    ['a word of the engine', frame(3, 'error grabbing logs\n'), ['fault: error grabbing logs']],
  ])('reads %s', (_name, bytes, seen) => {
    expect(parse([bytes])).toEqual(seen);
  });

  it('says that bytes are no frames', () => {
    expect(parse([Buffer.from('what is this?')])[0]).toMatch(/^fault: /);
  });

  it('reads lines of a terminal, the last one without an end too', () => {
    expect(parse([Buffer.from(`${time} one\r\n${time} two`)], true)).toEqual([
      `stdout ${time} one\r`,
      `stdout ${time} two ...`,
    ]);
  });

  it('takes the repeated time out of a long line of a terminal', () => {
    const [first, second] = ['a'.repeat(16_384), 'b'.repeat(16_384)];
    const bytes = Buffer.from(`${time} ${first}${time} ${second}${time} c\r\n`);
    expect(parse([bytes], true)).toEqual([`stdout ${time} ${first}${second}c\r`]);
  });

  it('gives the same pieces however the stream is cut', () => {
    const bytes = Buffer.concat([frame(1, `${time} one\n`), frame(2, `${time} two`), frame(2, `${time} three\n`)]);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(parse(chunks)).toEqual(parse([bytes]));
      }),
    );
  });
});
