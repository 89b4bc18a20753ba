import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineAssembler } from './line-assembler.ts';
import type { LogLine, LogPiece, LogSource } from './log-line.ts';
import type { TrackedPiece } from './resume-point.ts';

const at = '2026-02-03T04:05:06.000000001Z';
const later = '2026-02-03T04:05:07.000000001Z';
const piece = (text: string, partial = false, source: LogSource = 'stdout', timestamp = at): LogPiece => ({
  source,
  timestamp,
  bytes: Buffer.from(text),
  partial,
  print: 0,
});

/** An assembler, what it gave, and for each line the pieces that were used up with it. */
const collect = (limit: number) => {
  const lines: { readonly line: LogLine; readonly pieces: readonly LogPiece[]; readonly isCut: boolean }[] = [];
  const pieceOf = new Map<TrackedPiece, LogPiece>();
  const assembler = createLineAssembler(limit, (line, tracked, isCut) => {
    const pieces = tracked.flatMap((each) => pieceOf.get(each) ?? []);
    lines.push({ line: { ...line, bytes: Buffer.from(line.bytes) }, pieces, isCut });
  });
  return {
    lines,
    assembler,
    push: (each: LogPiece) => {
      const tracked: TrackedPiece = { timestamp: each.timestamp, print: each.print, state: 'held' };
      pieceOf.set(tracked, each);
      // Sources use their buffers again.
      const bytes = Buffer.from(each.bytes);
      assembler.push({ ...each, bytes }, tracked);
      bytes.fill(0x21);
    },
  };
};

const assemble = (pieces: readonly LogPiece[], limit = 1_000) => {
  const { assembler, push, lines } = collect(limit);
  for (const each of pieces) push(each);
  assembler.flush();
  return lines.map(({ line }) => `${line.source} ${String(line.bytes)}`);
};

describe('createLineAssembler', () => {
  it.each<[string, readonly LogPiece[], readonly string[]]>([
    ['a whole line', [piece('one')], ['stdout one']],
    ['an empty line', [piece('')], ['stdout ']],
    ['a line of three pieces', [piece('a', true), piece('b', true), piece('c')], ['stdout abc']],
    [
      'the pieces of two sources between each other',
      [piece('a', true), piece('x', true, 'stderr'), piece('b'), piece('y', false, 'stderr')],
      ['stdout ab', 'stderr xy'],
    ],
    [
      'the CR of a terminal',
      [piece('one\r'), piece('two\r\r'), piece('in\rside')],
      ['stdout one', 'stdout two', 'stdout in\rside'],
    ],
    ['a last line without an end', [piece('a', true, 'stderr'), piece('b', true)], ['stdout b', 'stderr a']],
    ['a last piece that is empty', [piece('a', true), piece('')], ['stdout a']],
  ])('handles %s', (_name, pieces, lines) => {
    expect(assemble(pieces)).toEqual(lines);
  });

  it('takes a piece of another time for another line: the next run of the container', () => {
    const pieces = [
      piece('a', true),
      piece('b', false, 'stdout', later),
      piece('c', true),
      piece('d', true, 'stdout', later),
    ];
    expect(assemble(pieces)).toEqual(['stdout a', 'stdout b', 'stdout c', 'stdout d']);
  });

  it('joins pieces of different times where times are whole seconds, under the first', () => {
    const { push, lines } = collect(100);
    push(piece('a', true, 'stdout', '2026-02-03T04:05:06.000000000Z'));
    push(piece('b', false, 'stdout', '2026-02-03T04:05:07.000000000Z'));
    expect(lines[0]?.line).toMatchObject({ timestamp: '2026-02-03T04:05:06.000000000Z', bytes: Buffer.from('ab') });
  });

  it('cuts a line at the limit between characters, and goes on with the rest', () => {
    const euros = [piece('€€', true), piece('€€', true), piece('€')];
    expect(assemble(euros, 7)).toEqual(['stdout €€', 'stdout €€', 'stdout €']);
    expect(assemble([piece('abcdefgh')], 3)).toEqual(['stdout abc', 'stdout def', 'stdout gh']);
  });

  it('holds no more than the limit of a line that never ends', () => {
    const { push, lines: cut } = collect(10);
    for (let count = 0; count < 1_000; count++) push(piece('abcd', true));
    expect(cut.length).toBe(Math.floor(4_000 / 10) - 1);
    expect(cut.every(({ isCut, line }) => isCut && line.bytes.length === 10)).toBe(true);
  });

  it('uses up a piece that a cut divides with the line that has its end', () => {
    const { push, lines } = collect(6);
    for (const each of [piece('abcd', true), piece('efgh', true), piece('i')]) push(each);
    const texts = lines.map(({ pieces }) => pieces.map(({ bytes }) => String(bytes)));
    expect(texts).toEqual([['abcd'], ['efgh', 'i']]);
  });

  it('after a cut forgets only what will be read again, and says what must not be', () => {
    const { assembler, push, lines } = collect(6);
    push(piece('abcd', true));
    push(piece('efgh', true));
    push(piece('ij', true));
    expect(assembler.rewind().length).toBe(1);
    push(piece('ij', true));
    push(piece('k'));
    expect(lines.slice(1).map(({ line }) => String(line.bytes))).toEqual(['ghijk']);
    expect(lines[1]?.pieces.length).toBe(3);
  });

  it('loses and invents no byte, whatever the pieces', () => {
    const pieces = fc.array(
      fc.record({
        source: fc.constantFrom<LogSource>('stdout', 'stderr'),
        timestamp: fc.constant(at),
        bytes: fc
          .uint8Array({ maxLength: 12 })
          .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 13 ? 14 : byte)))),
        partial: fc.boolean(),
        print: fc.constant(0),
      }),
    );
    fc.assert(
      fc.property(pieces, fc.integer({ min: 4, max: 20 }), (given, limit) => {
        const { assembler, push, lines } = collect(limit);
        for (const each of given) push(each);
        assembler.flush();
        for (const source of ['stdout', 'stderr']) {
          const came = given.filter((each) => each.source === source).map(({ bytes }) => bytes);
          const went = lines.filter(({ line }) => line.source === source).map(({ line }) => line.bytes);
          expect(Buffer.concat(went)).toEqual(Buffer.concat(came));
          expect(went.every((bytes) => bytes.length <= limit)).toBe(true);
        }
        expect(lines.flatMap(({ pieces }) => pieces).length).toBe(
          given.length -
            droppedTail(
              given,
              lines.flatMap(({ pieces }) => pieces),
            ),
        );
      }),
    );
  });
});

/** Pieces that add no byte may stay unused at the end: there is no line that they would be part of. */
function droppedTail(given: readonly LogPiece[], used: readonly LogPiece[]): number {
  const unused = given.filter((each) => !used.includes(each));
  expect(unused.every(({ bytes, partial }) => bytes.length === 0 && partial)).toBe(true);
  return unused.length;
}
