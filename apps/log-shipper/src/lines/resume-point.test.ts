import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogPiece, LogSource } from './log-line.ts';
import { createResumePoint } from './resume-point.ts';

const piece = (nanos: number, text = 'x', source: LogSource = 'stdout'): LogPiece => ({
  source,
  timestamp: `2026-02-03T04:05:06.${String(nanos).padStart(9, '0')}Z`,
  bytes: Buffer.from(text),
  partial: false,
});

describe('createResumePoint', () => {
  it('begins where it was told to, and goes on from there while it remembers everything', () => {
    const resume = createResumePoint('17.5');
    expect(resume.since()).toBe('17.5');
    resume.record(piece(1));
    expect(resume.since()).toBe('17.5');
  });

  it('goes on one nanosecond after the newest piece that is forgotten', () => {
    const resume = createResumePoint(undefined);
    for (let nanos = 0; nanos < 130; nanos++) resume.record(piece(nanos));
    expect(resume.since()).toBe('1770091506.000000002');
  });

  it('goes on at that very time when newer pieces have it too: twice rather than never', () => {
    const resume = createResumePoint(undefined);
    for (let count = 0; count < 200; count++) resume.record(piece(7, `line ${count}`));
    expect(resume.since()).toBe('1770091506.000000007');
  });

  it('tells what was taken by time and bytes and source, each once', () => {
    const resume = createResumePoint(undefined);
    resume.record(piece(1, 'same'));
    resume.record(piece(1, 'same'));
    resume.reopen();
    expect(resume.isRepeated(piece(1, 'other'))).toBe(false);
    expect(resume.isRepeated(piece(1, 'same', 'stderr'))).toBe(false);
    expect(resume.isRepeated(piece(2, 'same'))).toBe(false);
    expect([1, 2, 3].map(() => resume.isRepeated(piece(1, 'same')))).toEqual([true, true, false]);
  });

  it('takes nothing for repeated before it is opened again', () => {
    const resume = createResumePoint(undefined);
    resume.record(piece(1));
    expect(resume.isRepeated(piece(1))).toBe(false);
  });

  it('loses nothing and repeats nothing, wherever streams are cut and however times step back a little', () => {
    const log = fc
      .array(fc.record({ jitter: fc.integer({ min: -3, max: 6 }), text: fc.constantFrom('a', 'b') }), {
        maxLength: 400,
      })
      .map((steps) => steps.map(({ jitter, text }, index) => piece(1_000 + index * 2 + jitter, text)));
    fc.assert(
      fc.property(log, fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 8 }), (stored, cuts) => {
        const resume = createResumePoint(undefined);
        const taken: LogPiece[] = [];
        for (const limit of [...cuts, Number.POSITIVE_INFINITY]) {
          const since = resume.since();
          const from = since === undefined ? '' : `2026-02-03T04:05:06.${since.slice(since.indexOf('.') + 1)}Z`;
          resume.reopen();
          let fresh = 0;
          for (const each of stored.filter(({ timestamp }) => timestamp >= from)) {
            if (resume.isRepeated(each)) continue;
            if (fresh++ >= limit) break;
            taken.push(each);
            resume.record(each);
          }
        }
        const count = (pieces: readonly LogPiece[]) =>
          pieces.map(({ timestamp, bytes }) => `${timestamp} ${String(bytes)}`).toSorted();
        expect(count(taken)).toEqual(count(stored));
      }),
    );
  });
});
