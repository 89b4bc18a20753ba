import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FilePosition } from '../sources/log-source.ts';
import type { PieceMark } from './log-line.ts';
import { type Checkpoint, createResumePoint, type ResumePoint, type TrackedPiece } from './resume-point.ts';

const mark = (nanos: number, print = 0): PieceMark => ({
  timestamp: `2026-02-03T04:05:06.${String(nanos).padStart(9, '0')}Z`,
  print,
});
const fresh: Checkpoint = { since: undefined, known: [] };
const position = (offset: number): FilePosition => ({ device: 1, inode: 2, offset, print: 3 });

/** Opens the log again; the time it is opened at. */
const reopen = (resume: ResumePoint) => {
  const { since } = resume.reopen();
  resume.opened(false);
  return since;
};

/** Pieces that came in and are safe at once. */
const secure = (resume: ResumePoint, ...marks: readonly PieceMark[]) => {
  for (const each of marks) resume.secure([resume.arrive(each)]);
};

describe('createResumePoint', () => {
  it('begins where it was told to, and goes on from there while it remembers everything', () => {
    const resume = createResumePoint({ since: '17.5', known: [] });
    expect(reopen(resume)).toBe('17.5');
    secure(resume, mark(1));
    expect(reopen(resume)).toBe('17.5');
  });

  it('goes on one nanosecond after the newest piece that is forgotten', () => {
    const resume = createResumePoint(fresh);
    secure(resume, ...Array.from({ length: 256 }, (_, nanos) => mark(nanos)));
    expect(reopen(resume)).toBe('1770091506.000000128');
  });

  it('goes on at that very time when newer pieces have it too: twice rather than never', () => {
    const resume = createResumePoint(fresh);
    secure(resume, ...Array.from({ length: 400 }, (_, print) => mark(7, print)));
    expect(reopen(resume)).toBe('1770091506.000000007');
  });

  it('forgets nothing that came in after a piece that is not safe yet', () => {
    const resume = createResumePoint(fresh);
    const held = resume.arrive(mark(0));
    secure(resume, ...Array.from({ length: 1_000 }, (_, nanos) => mark(nanos + 1)));
    expect([reopen(resume), resume.oldestUnsafe]).toEqual([undefined, mark(0).timestamp]);
    resume.secure([held]);
    expect([reopen(resume), resume.oldestUnsafe]).toEqual(['1770091506.000000873', undefined]);
  });

  it('says when a piece is held for too long', () => {
    const resume = createResumePoint(fresh);
    const held = resume.arrive(mark(0));
    secure(resume, ...Array.from({ length: 65_535 }, (_, nanos) => mark(nanos + 1)));
    expect(resume.isOverdue).toBe(false);
    secure(resume, mark(65_536));
    expect(resume.isOverdue).toBe(true);
    resume.queue([held]);
    expect(resume.isOverdue).toBe(false);
  });

  it('has pieces come again that are not safe, though those forgotten have their time and newer ones came', () => {
    const resume = createResumePoint(fresh);
    secure(resume, ...Array.from({ length: 400 }, (_, print) => mark(7, print)));
    resume.queue([resume.arrive(mark(7, 400)), resume.arrive(mark(9))]);
    expect(resume.checkpoint().since).toBe('1770091506.000000007');
    expect(reopen(resume)).toBe('1770091506.000000008');
    resume.arrive(mark(7, 401));
    resume.arrive(mark(10));
    resume.rewind();
    expect(reopen(resume)).toBe('1770091506.000000007');
    resume.arrive(mark(7, 401));
    expect(reopen(resume)).toBe('1770091506.000000008');
  });

  it('remembers only so many pieces of which nothing is sent, with the positions between the others', () => {
    const resume = createResumePoint(fresh);
    resume.note(position(0));
    const sent: TrackedPiece[] = [];
    for (let chunk = 1; chunk <= 1_000; chunk++) {
      const pieces = Array.from({ length: 100 }, (_, index) => resume.arrive(mark(chunk * 1_000 + index)));
      if (chunk % 500 === 1) sent.push(...pieces.splice(50, 1));
      resume.queue(sent);
      resume.drop(pieces);
      resume.note(position(chunk));
    }
    expect(resume.checkpoint().known.length).toBeLessThan(5_000);
    expect([resume.checkpoint().position, resume.oldestUnsafe]).toEqual([position(0), mark(1_050).timestamp]);
    resume.secure(sent.splice(0, 1));
    expect(resume.oldestUnsafe).toBe(mark(501_050).timestamp);
    expect(resume.checkpoint().position?.offset).toBe(500);
    resume.secure(sent);
    expect(resume.checkpoint().position).toEqual(position(1_000));
  });

  it('takes nothing for repeated that comes exactly from the position on, but what came in after it', () => {
    const resume = createResumePoint(fresh);
    resume.queue([resume.arrive(mark(1))]);
    resume.note(position(10));
    resume.arrive(mark(2));
    resume.queue([resume.arrive(mark(3))]);
    resume.rewind();
    resume.reopen();
    resume.opened(true);
    expect([1, 2, 3].map((nanos) => resume.isRepeated(mark(nanos)))).toEqual([false, false, true]);
  });

  it('tells what came before by time and fingerprint, each once', () => {
    const resume = createResumePoint(fresh);
    secure(resume, mark(1, 5), mark(1, 5));
    reopen(resume);
    expect(resume.isRepeated(mark(1, 6))).toBe(false);
    expect(resume.isRepeated(mark(2, 5))).toBe(false);
    expect([1, 2, 3].map(() => resume.isRepeated(mark(1, 5)))).toEqual([true, true, false]);
  });

  it('recognises what is forgotten while the log is being opened', () => {
    const resume = createResumePoint(fresh);
    const pieces = Array.from({ length: 1_000 }, (_, nanos) => resume.arrive(mark(nanos)));
    resume.queue(pieces);
    resume.reopen();
    resume.secure(pieces);
    resume.opened(false);
    expect(pieces.every((each) => resume.isRepeated(each))).toBe(true);
  });

  it('does not look for what is known for ever', () => {
    const resume = createResumePoint(fresh);
    secure(resume, mark(1));
    reopen(resume);
    for (let nanos = 2; nanos < 5_000; nanos++) resume.isRepeated(mark(nanos));
    expect(resume.isRepeated(mark(1))).toBe(false);
  });

  it('takes nothing for repeated before it is opened again', () => {
    const resume = createResumePoint(fresh);
    secure(resume, mark(1));
    expect(resume.isRepeated(mark(1))).toBe(false);
  });

  it('expects again after a rewind what was neither queued nor safe', () => {
    const resume = createResumePoint(fresh);
    resume.arrive(mark(1));
    resume.queue([resume.arrive(mark(2))]);
    resume.rewind();
    reopen(resume);
    expect([mark(1), mark(2)].map((each) => resume.isRepeated(each))).toEqual([false, true]);
  });

  it('has in a checkpoint only what is safe, and reads on from it', () => {
    const resume = createResumePoint({ since: '1.5', known: [] });
    secure(resume, mark(1));
    resume.queue([resume.arrive(mark(2))]);
    secure(resume, mark(3));
    expect(resume.checkpoint()).toEqual({ since: '1.5', known: [mark(1), mark(3)] });
    const next = createResumePoint(resume.checkpoint());
    reopen(next);
    expect([mark(1), mark(2), mark(3)].map((each) => next.isRepeated(each))).toEqual([true, false, true]);
  });

  it('has the position of a file in a checkpoint when all before it is safe', () => {
    const resume = createResumePoint(fresh);
    const first = resume.arrive(mark(1));
    resume.note(position(10));
    const second = resume.arrive(mark(2));
    resume.note(position(20));
    expect([resume.checkpoint().position, resume.reopen().position]).toEqual([undefined, position(20)]);
    resume.secure([second]);
    expect(resume.checkpoint().position).toBeUndefined();
    resume.secure([first]);
    expect(resume.checkpoint().position).toEqual(position(20));
  });

  it('goes back, after a rewind, to the position before the first piece that is held', () => {
    const resume = createResumePoint(fresh);
    secure(resume, mark(1));
    resume.note(position(10));
    resume.arrive(mark(2));
    resume.note(position(20));
    resume.queue([resume.arrive(mark(3))]);
    resume.note(position(30));
    resume.rewind();
    expect(resume.reopen().position).toEqual(position(10));
    reopen(resume);
    expect([mark(2), mark(3)].map((each) => resume.isRepeated(each))).toEqual([false, true]);
  });

  /** What happens to a log between two openings of it: so many new pieces, of which so many are safe at its end. */
  const opening = fc.record({
    limit: fc.integer({ min: 1, max: 200 }),
    order: fc.infiniteStream(fc.nat(3)),
    isKilled: fc.boolean(),
  });
  const storedLog = fc
    .array(fc.record({ jitter: fc.integer({ min: -3, max: 6 }), print: fc.nat(1) }), { maxLength: 400 })
    .map((steps) => steps.map(({ jitter, print }, index) => mark(1_000 + index * 2 + jitter, print)));

  it('sends everything at least once, wherever streams are cut, in any order of what is safe, and over kills', () => {
    fc.assert(
      fc.property(storedLog, fc.array(opening, { maxLength: 8 }), (stored, openings) => {
        let resume = createResumePoint(fresh);
        /** Whatever was acknowledged, or is still in the queue of a shipper that lives. */
        const sent = new Map<string, number>();
        let queued: TrackedPiece[] = [];
        const send = (pieces: readonly TrackedPiece[]) => {
          for (const { timestamp, print } of pieces) {
            sent.set(`${timestamp} ${print}`, (sent.get(`${timestamp} ${print}`) ?? 0) + 1);
          }
          resume.secure(pieces);
        };
        const last = { limit: Number.POSITIVE_INFINITY, order: [][Symbol.iterator](), isKilled: false };
        for (const { limit, order, isKilled } of [...openings, last]) {
          const { since } = resume.reopen();
          const from = since === undefined ? '' : `2026-02-03T04:05:06.${since.slice(since.indexOf('.') + 1)}Z`;
          resume.opened(false);
          let count = 0;
          for (const each of stored.filter(({ timestamp }) => timestamp >= from)) {
            if (resume.isRepeated(each)) continue;
            if (count++ >= limit) break;
            const piece = resume.arrive(each);
            const fate = order.next().value ?? 0;
            if (fate > 0) resume.queue([piece]);
            if (fate === 1) send([piece]);
            if (fate > 1) queued.push(piece);
          }
          if (isKilled) {
            resume = createResumePoint(resume.checkpoint());
            queued = [];
          } else resume.rewind();
        }
        send(queued);
        // The last opening has left pieces held, which a last reading of the whole would bring.
        reopen(resume);
        for (const each of stored) {
          const key = `${each.timestamp} ${each.print}`;
          const isNew = !resume.isRepeated(each);
          expect((sent.get(key) ?? 0) > 0 || isNew).toBe(true);
        }
      }),
    );
  });

  it('repeats nothing while the shipper lives', () => {
    fc.assert(
      fc.property(storedLog, fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 8 }), (stored, cuts) => {
        const resume = createResumePoint(fresh);
        const taken: PieceMark[] = [];
        for (const limit of [...cuts, Number.POSITIVE_INFINITY]) {
          const { since } = resume.reopen();
          const from = since === undefined ? '' : `2026-02-03T04:05:06.${since.slice(since.indexOf('.') + 1)}Z`;
          resume.opened(false);
          let count = 0;
          for (const each of stored.filter(({ timestamp }) => timestamp >= from)) {
            if (resume.isRepeated(each)) continue;
            if (count++ >= limit) break;
            taken.push(each);
            secure(resume, each);
          }
        }
        const show = (marks: readonly PieceMark[]) => marks.map(({ timestamp, print }) => `${timestamp} ${print}`);
        expect(show(taken).toSorted()).toEqual(show(stored).toSorted());
      }),
    );
  });
});
