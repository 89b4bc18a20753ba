import { describe, expect, it } from 'vitest';
import type { LogPiece } from '../lines/log-line.ts';
import { createResumePoint } from '../lines/resume-point.ts';
import { MessageBuilder } from '../queue/message-builder.ts';
import { createMessageQueue } from '../queue/message-queue.ts';
import type { LineStage } from '../stages/line-stage.ts';
import { passThrough } from '../stages/pass-through.ts';
import { createLinePipe, LINE_LIMIT } from './line-pipe.ts';

const piece = (number: number, text: string, partial = false): LogPiece => ({
  source: 'stdout',
  timestamp: `2026-02-03T04:05:06.${String(number).padStart(9, '0')}Z`,
  bytes: Buffer.from(text),
  partial,
  print: number,
});

const setUp = (
  createStages: (sink: Parameters<typeof passThrough>[0]) => LineStage = passThrough,
  resume = createResumePoint({ since: undefined, known: [] }),
) => {
  const gaps: string[] = [];
  const queue = createMessageQueue({ messages: 1_000, bytes: 1 << 24 }, (task) => void setImmediate(task));
  let batches = 0;
  const pipe = createLinePipe({
    resume,
    builder: new MessageBuilder(),
    createStages,
    encode({ bytes }, out) {
      out.bytes(bytes);
      out.end();
    },
    push(batch) {
      batches++;
      queue.push(batch);
    },
    onGap: (lastKnown, first) => void gaps.push(`${lastKnown} ${first}`),
  });
  const read = (...pieces: readonly LogPiece[]) => {
    for (const each of pieces) pipe.piece(each, 0);
  };
  const open = (isExact = false) => {
    const { since } = resume.reopen();
    pipe.opened(since, isExact);
    resume.opened(isExact);
  };
  const reopen = (isExact = false) => {
    pipe.rewind();
    open(isExact);
  };
  const messages = () => queue.take(1 << 24).map(String);
  return { resume, queue, pipe, read, open, reopen, messages, gaps, batches: () => batches };
};

/** Leaves out lines that say so. */
const filter: typeof passThrough = (sink) => ({
  ...passThrough(sink),
  push: (line, marks) => sink(String(line.bytes) === 'out' ? undefined : line, marks),
});

describe('createLinePipe', () => {
  it('sends nothing twice of a chunk in which the stream was cut', () => {
    const { pipe, read, reopen, messages } = setUp();
    read(piece(1, 'one'), piece(2, 'two'));
    reopen();
    read(piece(1, 'one'), piece(2, 'two'), piece(3, 'three'));
    pipe.endChunk();
    expect(messages()).toEqual(['one', 'two', 'three']);
  });

  it('queues and keeps nothing for lines that are left out while the receiver is away', () => {
    const { pipe, read, batches, resume, queue } = setUp(filter);
    read(piece(0, 'in'));
    pipe.endChunk();
    for (let number = 1; number <= 100_000; number++) {
      read(piece(number, 'out'));
      if (number % 100 === 0) pipe.endChunk();
    }
    expect([batches(), queue.messages]).toEqual([1, 1]);
    expect(resume.checkpoint().known.length).toBeLessThan(5_000);
    queue.take(100);
    queue.confirm(1);
    expect(resume.oldestUnsafe).toBeUndefined();
  });

  it('gives on what is held of a line when too much has come in since', () => {
    const { pipe, read, reopen, messages, resume } = setUp();
    read(piece(0, 'begin', true));
    const other = { source: 'stderr', partial: false } as const;
    for (let number = 1; number <= 65_536; number++) pipe.piece({ ...piece(number, ''), ...other }, 0);
    pipe.endChunk();
    expect(resume.isOverdue).toBe(false);
    reopen();
    expect(messages().filter((text) => text !== '')).toEqual(['begin']);
  });

  it('has the end of a line that was cut at the limit come again after a restart', () => {
    const { pipe, read, queue, messages, resume } = setUp();
    read(piece(1, 'x'.repeat(LINE_LIMIT - 1), true), piece(1, 'yz', true));
    pipe.endChunk();
    expect(messages().length).toBe(1);
    queue.confirm(1);
    pipe.rewind();
    expect(resume.oldestUnsafe).toBe(piece(1, '').timestamp);
    expect(resume.checkpoint().known.length).toBe(1);
    read(piece(1, '!'));
    pipe.endChunk();
    expect(messages()).toEqual(['z!']);
    queue.confirm(1);
    expect(resume.oldestUnsafe).toBeUndefined();
  });

  it('tells of a gap, once an opening, when what was read last is no longer there', () => {
    const { pipe, read, reopen, gaps, messages } = setUp();
    read(piece(1, 'one'), piece(2, 'two'), piece(3, 'begun', true));
    reopen();
    read(piece(5, 'five'), piece(6, 'six'));
    pipe.endChunk();
    expect(gaps).toEqual([`${piece(2, '').timestamp} ${piece(5, '').timestamp}`]);
    reopen();
    read(piece(8, 'eight'));
    pipe.endChunk();
    expect(gaps.slice(1)).toEqual([`${piece(6, '').timestamp} ${piece(8, '').timestamp}`]);
    expect(messages()).toEqual(['one', 'two', 'five', 'six', 'eight']);
  });

  it('tells of a gap after a restart', () => {
    const first = setUp();
    first.read(piece(1, 'one'), piece(2, 'two'));
    first.pipe.endChunk();
    first.messages();
    first.queue.confirm(2);
    const restart = () => setUp(passThrough, createResumePoint(first.resume.checkpoint()));
    const lost = restart();
    lost.open();
    lost.read(piece(3, 'three'));
    expect(lost.gaps).toEqual([`${piece(2, '').timestamp} ${piece(3, '').timestamp}`]);
    const whole = restart();
    whole.open();
    whole.read(piece(2, 'two'), piece(3, 'three'));
    expect(whole.gaps).toEqual([]);
  });

  it.each([
    ['it goes on right behind what was read', true, [piece(5, 'five')]],
    ['the last that was read comes again', false, [piece(2, 'two'), piece(5, 'five')]],
    ['an older one comes first that is new', false, [piece(0, 'zero'), piece(5, 'five')]],
    ['nothing comes', false, []],
  ])('tells of no gap when %s', (_name, isExact, pieces) => {
    const { read, reopen, gaps } = setUp();
    read(piece(1, 'one'), piece(2, 'two'));
    reopen(isExact);
    read(...pieces);
    expect(gaps).toEqual([]);
  });

  it('tells of no gap when nothing that was read can come again, or nothing was read', () => {
    const { pipe, read, gaps } = setUp();
    pipe.opened(undefined, false);
    read(piece(1, 'one'));
    pipe.opened('1770091506.000000002', false);
    read(piece(3, 'three'));
    expect(gaps).toEqual([]);
    pipe.endChunk();
    pipe.opened('1770091506.000000003', false);
    read(piece(4, 'four'));
    expect(gaps.length).toBe(1);
  });

  it('waits for nothing after the end, though a piece without a byte was the last', () => {
    const { pipe, read, resume } = setUp();
    read(piece(1, '', true));
    pipe.flush(0);
    expect(resume.oldestUnsafe).toBeUndefined();
  });
});
