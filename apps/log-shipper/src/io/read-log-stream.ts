import type { Readable } from 'node:stream';
import type { StreamEnd } from '../containers/after-stream.ts';
import type { LineAssembler } from '../lines/line-assembler.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';
import type { LogPiece } from '../lines/log-line.ts';
import { createPieceParser } from '../lines/piece-parser.ts';
import type { ResumePoint } from '../lines/resume-point.ts';
import type { MessageQueue } from '../queue/message-queue.ts';
import type { RouteMeter } from './route-meter.ts';

/** Where the lines of a stream go. */
export interface LogSink {
  readonly queue: MessageQueue;
  readonly meter: RouteMeter;
  readonly resume: ResumePoint;
  readonly assembler: LineAssembler;
  readonly encode: LineEncoder;
}

/**
 * Reads a log stream to its end, or until `signal` aborts: bytes, pieces, lines, messages, queue. While the queue is
 * full nothing is taken from the stream, so the engine waits too. Never rejects.
 */
export async function readLogStream(
  stream: Readable,
  tty: boolean,
  sink: LogSink,
  signal: AbortSignal,
): Promise<StreamEnd> {
  let pieces: LogPiece[] = [];
  let malformed = 0;
  let fault: string | undefined;
  const parser = createPieceParser(
    {
      onPiece: (piece) => pieces.push(piece),
      onMalformed: () => malformed++,
      onFault: (message) => {
        fault ??= message;
      },
    },
    tty,
  );
  const takeAll = async (): Promise<void> => {
    const taken = pieces;
    pieces = [];
    if (malformed > 0) sink.meter.malformed(malformed);
    malformed = 0;
    await takePieces(taken, sink, signal);
  };
  const abort = (): void => {
    stream.destroy();
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) abort();
    for await (const chunk of stream) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('the log is not read as bytes');
      parser.push(chunk);
      await takeAll();
      if (fault !== undefined) return { kind: 'broken', reason: fault };
    }
    parser.end();
    await takeAll();
    return { kind: 'closed' };
  } catch (error) {
    return { kind: 'broken', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    signal.removeEventListener('abort', abort);
    stream.destroy();
  }
}

/** Puts the lines that these pieces complete into the queue, waiting for room before each; counts once for all. */
async function takePieces(pieces: readonly LogPiece[], sink: LogSink, signal: AbortSignal): Promise<void> {
  const { queue, meter, resume, assembler, encode } = sink;
  let lines = 0;
  let bytes = 0;
  let repeated = 0;
  for (const piece of pieces) {
    if (resume.isRepeated(piece)) {
      repeated++;
      continue;
    }
    for (const { line, pieces: used, isCut } of assembler.push(piece)) {
      if (queue.isFull) await waitForRoom(queue, meter, signal);
      if (signal.aborted) return;
      queue.push(encode(line));
      for (const piece of used) resume.record(piece);
      if (isCut) meter.split();
      lines++;
      bytes += line.bytes.length;
    }
  }
  if (repeated > 0) meter.repeated(repeated);
  if (lines > 0) meter.read(lines, bytes);
  meter.queue(queue);
}

async function waitForRoom(queue: MessageQueue, meter: RouteMeter, signal: AbortSignal): Promise<void> {
  meter.queueFull();
  while (queue.isFull && !signal.aborted) await queue.room(signal);
}
