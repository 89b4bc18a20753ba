import { createMetrics, Registry, silentLogger, systemClock } from '@wharf/agent';
import type { Container } from '@wharf/docker-watcher';
import { eventually } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import type { LogPiece } from '../lines/log-line.ts';
import { createResumePoint } from '../lines/resume-point.ts';
import { metrics } from '../metrics.ts';
import { createLinePipe } from '../pipe/line-pipe.ts';
import { MessageBuilder } from '../queue/message-builder.ts';
import { createMessageQueue, type QueueLimits } from '../queue/message-queue.ts';
import { createSlots, type Slots } from '../queue/slots.ts';
import type { LogReader, ReadingListener } from '../sources/log-source.ts';
import { passThrough } from '../stages/pass-through.ts';
import { sampleContainer } from '../testing/sample-container.ts';
import { type ReaderContext, startContainerReader } from './container-reader.ts';
import { nextTurn } from './next-turn.ts';
import { createRouteMeter } from './route-meter.ts';

/** A log that gives what the test tells it to. */
const createLog = () => {
  const openings: { readonly listener: ReadingListener; isPaused: boolean; isClosed: boolean }[] = [];
  const reader: LogReader = {
    maySkip: false,
    open(_container, _start, listener) {
      const opening = { listener, isPaused: false, isClosed: false };
      openings.push(opening);
      return {
        pause: () => {
          opening.isPaused = true;
        },
        resume: () => {
          opening.isPaused = false;
        },
        close: () => {
          opening.isClosed = true;
        },
      };
    },
  };
  return { openings, reader };
};

const piece = (second: number, text: string, partial = false): LogPiece => ({
  source: 'stdout',
  timestamp: `2026-02-03T04:05:${String(second).padStart(2, '0')}.000000001Z`,
  bytes: Buffer.from(text),
  partial,
  print: second,
});

interface Given {
  readonly inspect?: ReaderContext['engine']['inspect'];
  readonly log?: typeof silentLogger;
  readonly limits?: QueueLimits;
  readonly inactivityMs?: number;
  readonly container?: Container;
  readonly endedSlots?: Slots;
}

const start = (given: Given = {}) => {
  const { inspect, log = silentLogger, limits, inactivityMs = 0 } = given;
  const { container = sampleContainer(), endedSlots = createSlots(1) } = given;
  const { openings, reader } = createLog();
  const queue = createMessageQueue(limits ?? { messages: 10, bytes: 1_000 }, nextTurn);
  const resume = createResumePoint({ since: undefined, known: [] });
  const finished: string[] = [];
  const gaps: (readonly string[])[] = [];
  const pipe = createLinePipe({
    resume,
    builder: new MessageBuilder(),
    createStages: passThrough,
    encode({ bytes }, out) {
      out.bytes(bytes);
      out.end();
    },
    push: (batch) => queue.push(batch),
    onGap: (lastKnown, first) => void gaps.push([lastKnown, first]),
  });
  const running = startContainerReader(
    {
      container,
      sources: new Set(['stdout']),
      chooseReader: async () => reader,
      resume,
      pipe,
      tail: undefined,
      onUpdate: () => undefined,
      onFinish: (startedAt) => finished.push(startedAt),
    },
    {
      engine: { inspect: inspect ?? (async () => container) },
      clock: systemClock,
      random: Math.random,
      log,
      queue,
      meter: createRouteMeter(createMetrics(metrics, new Registry()), 'r'),
      endedSlots,
      inactivityMs,
    },
  );
  return { running, openings, queue, finished, gaps };
};
const opened = (openings: readonly unknown[], count: number) =>
  eventually(`${count} openings`, () => expect(openings.length).toBe(count));

describe('startContainerReader', () => {
  it('tells of a gap when the log has lost what was read of it last', async () => {
    const { running, openings, gaps } = start();
    const come = async (opening: number, isExact: boolean, second: number) => {
      await opened(openings, opening + 1);
      const listener = openings[opening]?.listener;
      listener?.onOpen(isExact);
      listener?.onPiece(piece(second, 'line'));
      listener?.onPause();
      listener?.onEnd({ kind: 'broken', reason: 'cut' });
    };
    await come(0, false, 1);
    await come(1, true, 3);
    expect(gaps).toEqual([]);
    await come(2, false, 5);
    expect(gaps).toEqual([[piece(3, '').timestamp, piece(5, '').timestamp]]);
    await running.stop(false);
  });

  it('stops at once while the engine does not answer', async () => {
    let inspections = 0;
    const { running, openings } = start({
      inspect: () => {
        inspections++;
        return new Promise(() => undefined);
      },
    });
    await opened(openings, 1);
    openings[0]?.listener.onEnd({ kind: 'closed' });
    await eventually('the question', () => expect(inspections).toBe(1));
    await running.stop(true);
  });

  it('names a container whose log the engine cannot read', async () => {
    const warnings: unknown[] = [];
    const log: typeof silentLogger = Object.assign(Object.create(silentLogger), {
      warn: (fields: unknown) => warnings.push(fields),
    });
    const { running, openings } = start({ log });
    await opened(openings, 1);
    openings[0]?.listener.onEnd({ kind: 'unreadable', reason: 'its log driver keeps nothing' });
    await eventually('the warning', () =>
      expect(warnings).toEqual([{ container: 'web', reason: 'its log driver keeps nothing' }]),
    );
    await running.stop(true);
  });

  it('waits while the queue is full, and reads on when there is room', async () => {
    const { running, openings, queue } = start({ limits: { messages: 1, bytes: 1_000 } });
    await opened(openings, 1);
    const [opening] = openings;
    opening?.listener.onPiece(piece(1, 'one'));
    opening?.listener.onPause();
    expect(opening?.isPaused).toBe(true);
    expect(queue.take(100).map(String)).toEqual(['one']);
    queue.confirm(1);
    await eventually('reading', () => expect(opening?.isPaused).toBe(false));
    await running.stop(true);
  });

  it('reads again what a cut stream had of an unfinished line', async () => {
    const { running, openings, queue } = start();
    await opened(openings, 1);
    openings[0]?.listener.onPiece(piece(1, 'one'));
    openings[0]?.listener.onPiece(piece(2, 'tw', true));
    openings[0]?.listener.onPause();
    openings[0]?.listener.onEnd({ kind: 'broken', reason: 'cut' });
    await opened(openings, 2);
    const again = openings[1]?.listener;
    again?.onOpen(false);
    for (const each of [piece(1, 'one'), piece(2, 'tw', true), piece(2, 'o')]) again?.onPiece(each);
    again?.onPause();
    expect(queue.take(100).map(String)).toEqual(['one', 'two']);
    await running.stop(true);
  });

  it('opens a silent stream again', async () => {
    const { running, openings } = start({ inactivityMs: 20 });
    await opened(openings, 3);
    expect(openings.slice(0, 2).every(({ isClosed }) => isClosed)).toBe(true);
    await running.stop(true);
  });

  it.each([
    [true, ['one', 'tw']],
    [false, ['one']],
  ])('stopped, lets go of what it holds of a line if that is final: %s', async (isFinal, messages) => {
    const { running, openings, queue } = start();
    await opened(openings, 1);
    openings[0]?.listener.onPiece(piece(1, 'one'));
    openings[0]?.listener.onPiece(piece(2, 'tw', true));
    openings[0]?.listener.onPause();
    await running.stop(isFinal);
    expect(queue.take(100).map(String)).toEqual(messages);
  });

  it('gives on the last line without an end when the container has ended', async () => {
    const ended = sampleContainer({ state: { running: false } });
    const { openings, queue, finished } = start({ inspect: async () => ended });
    await opened(openings, 1);
    openings[0]?.listener.onPiece(piece(1, 'one', true));
    openings[0]?.listener.onEnd({ kind: 'closed' });
    await opened(openings, 2);
    openings[1]?.listener.onOpen(false);
    openings[1]?.listener.onPiece(piece(1, 'one', true));
    openings[1]?.listener.onPause();
    openings[1]?.listener.onEnd({ kind: 'closed' });
    await eventually('the end', () => expect(finished.length).toBe(1));
    expect(queue.take(100).map(String)).toEqual(['one']);
  });

  it('gives on the last line without an end when the container is removed before its log is opened again', async () => {
    const ended = sampleContainer({ state: { running: false } });
    const { openings, queue, finished } = start({ inspect: async () => ended });
    await opened(openings, 1);
    openings[0]?.listener.onPiece(piece(1, 'one', true));
    openings[0]?.listener.onPause();
    openings[0]?.listener.onEnd({ kind: 'closed' });
    await opened(openings, 2);
    openings[1]?.listener.onEnd({ kind: 'unreadable', reason: 'no such container' });
    await eventually('the end', () => expect(finished.length).toBe(1));
    expect(queue.take(100).map(String)).toEqual(['one']);
  });

  it('reads on when another run has begun and ended since the log was opened', async () => {
    const ended = (startedAt: string) => sampleContainer({ state: { running: false, startedAt } });
    const [first, second] = [ended('2026-02-03T04:05:00Z'), ended('2026-02-03T04:05:09Z')];
    const { openings, queue, finished } = start({ container: first, inspect: async () => second });
    await opened(openings, 1);
    openings[0]?.listener.onEnd({ kind: 'closed' });
    await opened(openings, 2);
    openings[1]?.listener.onPiece(piece(9, 'second run'));
    openings[1]?.listener.onPause();
    openings[1]?.listener.onEnd({ kind: 'closed' });
    await eventually('the end', () => expect(finished).toEqual([second.state.startedAt]));
    expect(queue.take(100).map(String)).toEqual(['second run']);
  });

  it('waits while others that have ended are read, until it runs or is removed', async () => {
    const endedSlots = createSlots(1);
    await endedSlots.take(new AbortController().signal);
    const container = sampleContainer({ state: { running: false } });
    const [runs, removed, waits] = [0, 1, 2].map(() => start({ container, endedSlots }));
    runs?.running.update(sampleContainer());
    removed?.running.keepOpen();
    await opened(runs?.openings ?? [], 1);
    await opened(removed?.openings ?? [], 1);
    expect(waits?.openings).toEqual([]);
    endedSlots.giveBack();
    await opened(waits?.openings ?? [], 1);
    const last = start({ container, endedSlots });
    waits?.openings[0]?.listener.onEnd({ kind: 'unreadable', reason: 'gone' });
    await opened(last.openings, 1);
    for (const each of [runs, removed, waits, last]) await each?.running.stop(true);
  });

  it('reads nothing from a log that opens when the queue is full, and then goes on', async () => {
    const { running, openings, queue } = start({ limits: { messages: 1, bytes: 1_000 } });
    await opened(openings, 1);
    queue.push({ bytes: Buffer.from('x'), ends: [1], onSafe: () => undefined });
    openings[0]?.listener.onOpen(false);
    expect(openings[0]?.isPaused).toBe(true);
    queue.take(1);
    queue.confirm(1);
    await eventually('reading', () => expect(openings[0]?.isPaused).toBe(false));
    await running.stop(true);
  });
});
