import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogDemultiplexer, type LogDemultiplexerOptions } from './log-demultiplexer.ts';

interface Frame {
  readonly stream: string;
  readonly text: string;
  readonly dropped: number;
}

function frame(type: number, payload: string | Buffer): Buffer {
  const bytes = Buffer.from(payload);
  const header = Buffer.from([type, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

/** What comes out when `bytes` arrive in chunks that end at `cuts`, each chunk overwritten once it was taken. */
function demultiplex(bytes: Buffer, cuts: readonly number[], options: LogDemultiplexerOptions = {}) {
  const frames: Frame[] = [];
  const faults: string[] = [];
  const demultiplexer = createLogDemultiplexer(
    {
      onFrame: (stream, payload, dropped) => frames.push({ stream, text: payload.toString('latin1'), dropped }),
      onCorrupt: (message) => faults.push(message),
    },
    options,
  );
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    const chunk = Buffer.from(bytes.subarray(start, end));
    demultiplexer.push(chunk);
    chunk.fill(0xee);
    start = end;
  }
  demultiplexer.end();
  return { frames, faults };
}

describe('createLogDemultiplexer', () => {
  it('tells the streams apart', () => {
    const bytes = Buffer.concat([frame(0, 'in\n'), frame(1, 'out\n'), frame(2, 'err\n'), frame(3, 'cannot read')]);
    expect(demultiplex(bytes, []).frames).toEqual([
      { stream: 'stdout', text: 'in\n', dropped: 0 },
      { stream: 'stdout', text: 'out\n', dropped: 0 },
      { stream: 'stderr', text: 'err\n', dropped: 0 },
      { stream: 'system', text: 'cannot read', dropped: 0 },
    ]);
  });

  it('delivers an empty frame at once', () => {
    expect(demultiplex(frame(2, ''), []).frames).toEqual([{ stream: 'stderr', text: '', dropped: 0 }]);
  });

  it('gives the same frames wherever the chunks end', () => {
    const someFrame = fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(fc.array(someFrame, { maxLength: 8 }), fc.array(fc.nat()), (parts, cuts) => {
        const bytes = Buffer.concat(parts.map(([type, payload]) => frame(type, Buffer.from(payload))));
        const expected = parts.map(([type, payload]) => ({
          stream: type === 1 ? 'stdout' : 'stderr',
          text: Buffer.from(payload).toString('latin1'),
          dropped: 0,
        }));
        expect(demultiplex(bytes, cuts)).toEqual({ frames: expected, faults: [] });
      }),
    );
  });

  it('drops what a frame has beyond the limit, wherever the chunks end, and goes on with the next', () => {
    const bytes = Buffer.concat([frame(1, '123456789'), frame(1, '1234'), frame(2, 'ok')]);
    const expected = [
      { stream: 'stdout', text: '1234', dropped: 5 },
      { stream: 'stdout', text: '1234', dropped: 0 },
      { stream: 'stderr', text: 'ok', dropped: 0 },
    ];
    fc.assert(
      fc.property(fc.array(fc.nat()), (cuts) => {
        expect(demultiplex(bytes, cuts, { maxFrameBytes: 4 }).frames).toEqual(expected);
      }),
    );
  });

  it('drops half a frame at the end', () => {
    expect(demultiplex(frame(1, 'whole\n').subarray(0, 10), [])).toEqual({ frames: [], faults: [] });
  });

  it('delivers a view, not a copy, of a frame within one chunk', () => {
    const chunk = frame(1, 'ahoy');
    let payload: Buffer | undefined;
    const listener = {
      onFrame(_stream: string, bytes: Buffer) {
        payload = bytes;
      },
      onCorrupt: () => undefined,
    };
    createLogDemultiplexer(listener).push(chunk);
    expect(payload?.buffer).toBe(chunk.buffer);
  });

  it.each([
    ['an unknown stream', Buffer.from('0400000000000001aa', 'hex')],
    ['plain text', Buffer.from('just a line of text\n')],
    ['bytes where zeros belong', Buffer.from('0100000100000001aa', 'hex')],
  ])('says so once and delivers nothing more after %s', (_what, bad) => {
    const { frames, faults } = demultiplex(Buffer.concat([frame(1, 'a'), bad, frame(1, 'b'), frame(1, 'c')]), []);
    expect(frames).toEqual([{ stream: 'stdout', text: 'a', dropped: 0 }]);
    expect(faults).toEqual([expect.stringMatching(/^the log is no sequence of frames/)]);
  });

  describe('with a TTY', () => {
    it('delivers lines as stdout, wherever the chunks end, and the last one without LF', () => {
      fc.assert(
        fc.property(fc.array(fc.nat()), (cuts) => {
          const { frames } = demultiplex(Buffer.from('one\r\n\r\ntwo'), cuts, { tty: true });
          expect(frames.map(({ text }) => text)).toEqual(['one\r\n', '\r\n', 'two']);
        }),
      );
    });

    it('holds no more of a line than the limit', () => {
      const { frames } = demultiplex(Buffer.from('123456\nab\n'), [3], { tty: true, maxFrameBytes: 4 });
      expect(frames).toEqual([
        { stream: 'stdout', text: '1234', dropped: 3 },
        { stream: 'stdout', text: 'ab\n', dropped: 0 },
      ]);
    });
  });
});
