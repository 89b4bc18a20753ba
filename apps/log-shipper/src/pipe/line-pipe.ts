import { createGapWatch, newestOf } from '../lines/gap-watch.ts';
import { createLineAssembler } from '../lines/line-assembler.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';
import type { LogLine, LogPiece, PieceMark } from '../lines/log-line.ts';
import type { ResumePoint, TrackedPiece } from '../lines/resume-point.ts';
import type { MessageBatch } from '../queue/message-batch.ts';
import type { MessageBuilder } from '../queue/message-builder.ts';
import type { FilePosition } from '../sources/log-source.ts';
import type { LineSink, LineStage } from '../stages/line-stage.ts';

/** The longest line that is kept whole, in bytes. */
export const LINE_LIMIT = 1_048_576;

/** How much went through a pipe since it was last asked. */
export interface PipeCounts {
  lines: number;
  bytes: number;
  repeated: number;
  malformed: number;
  /** Lines over the limit that go on in another message. */
  split: number;
}

export interface LinePipeSettings {
  readonly resume: ResumePoint;
  /** Shared by all pipes of a route; empty whenever no pipe is at work. */
  readonly builder: MessageBuilder;
  readonly createStages: (sink: LineSink) => LineStage;
  readonly encode: LineEncoder;
  /** Takes what the pieces since the last call have become. */
  readonly push: (batch: MessageBatch) => void;
  /** What came between two times, those of the last piece known and the first that came, may be lost. */
  readonly onGap: (lastKnown: string, first: string) => void;
}

/**
 * From the pieces of one container's log to batches of messages, without waiting for anything: pieces known already
 * are left out, the rest joined to lines, put through the stages, and encoded. A batch follows `endChunk`.
 */
export interface LinePipe {
  /** The log was opened. See `ReadingListener.onOpen`; `since` as it was asked for. */
  opened(since: string | undefined, isExact: boolean): void;
  piece(piece: LogPiece, nowMs: number): void;
  malformed(): void;
  /** Gives on the messages so far. `position`: that of a log file behind the last piece. */
  endChunk(position?: FilePosition): void;
  /** See `LineStage`. */
  tick(nowMs: number): void;
  readonly dueAtMs: number | undefined;
  /** The log is read to its end: gives on all that is held. */
  flush(nowMs: number): void;
  /** The log will be read again from the resume point: forgets what comes again. */
  rewind(): void;
  /** Since the last call. */
  takeCounts(): PipeCounts;
}

export function createLinePipe(settings: LinePipeSettings): LinePipe {
  const { resume, builder, createStages, encode, push } = settings;
  const gaps = createGapWatch(newestOf(resume.checkpoint().known), settings.onGap);
  let counts = noCounts();
  let nowMs = 0;
  let used: TrackedPiece[] = [];
  let dropped: TrackedPiece[] = [];

  const sink: LineSink = (line, marks) => {
    if (line !== undefined) encode(line, builder);
    const pieces = line === undefined ? dropped : used;
    for (const mark of marks) {
      if (!isTracked(mark)) continue;
      pieces.push(mark);
      gaps.know(mark.timestamp);
    }
  };
  const stages = createStages(sink);
  const take = (line: LogLine, pieces: readonly TrackedPiece[], isCut: boolean): void => {
    counts.lines++;
    counts.bytes += line.bytes.length;
    if (isCut) counts.split++;
    stages.push(line, pieces, nowMs);
  };
  const assembler = createLineAssembler(LINE_LIMIT, take);
  /** What was dropped waits for no batch: it would fill a queue that is no longer taken from, but never make it full. */
  const pushBatch = (): void => {
    if (dropped.length > 0) {
      resume.drop(dropped);
      dropped = [];
    }
    if (used.length === 0 && builder.messages === 0) return;
    const pieces = used;
    used = [];
    resume.queue(pieces);
    const { bytes, ends } = builder.take();
    push({ bytes, ends, onSafe: () => resume.secure(pieces) });
  };
  const flush = (): void => {
    assembler.flush();
    stages.flush();
    pushBatch();
  };

  return {
    opened: (since, isExact) => gaps.opened(since, isExact),
    piece(piece, atMs) {
      nowMs = atMs;
      const isRepeated = resume.isRepeated(piece);
      gaps.came(piece.timestamp, isRepeated);
      if (isRepeated) counts.repeated++;
      else assembler.push(piece, resume.arrive(piece));
    },
    malformed: () => {
      counts.malformed++;
    },
    endChunk(position) {
      pushBatch();
      if (resume.isOverdue) flush();
      if (position !== undefined) resume.note(position);
    },
    tick(atMs) {
      nowMs = atMs;
      stages.tick(atMs);
      pushBatch();
    },
    get dueAtMs() {
      return stages.dueAtMs;
    },
    flush(atMs) {
      nowMs = atMs;
      flush();
      // Pieces without a byte may be left that belong to no line.
      resume.rewind();
    },
    rewind() {
      pushBatch();
      resume.queue(assembler.rewind());
      stages.rewind();
      resume.rewind();
    },
    takeCounts() {
      const taken = counts;
      counts = noCounts();
      return taken;
    },
  };
}

function noCounts(): PipeCounts {
  return { lines: 0, bytes: 0, repeated: 0, malformed: 0, split: 0 };
}

/** Every mark that a pipe's stages see is one that `arrive` has made. */
function isTracked(mark: PieceMark): mark is TrackedPiece {
  return 'state' in mark;
}
