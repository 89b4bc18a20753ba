import type { Clock } from '@wharf/agent';
import type { Container } from '@wharf/docker-watcher';
import type { LogPiece, LogSource } from '../lines/log-line.ts';
import type { ResumePoint } from '../lines/resume-point.ts';
import { createSkipWatch, type Following } from '../lines/skip-watch.ts';
import type { LinePipe } from '../pipe/line-pipe.ts';
import type { MessageQueue } from '../queue/message-queue.ts';
import type { FilePosition, LogReader, Reading, ReadingEnd } from '../sources/log-source.ts';

/**
 * - `stalled`: there was no room in the queue for too long.
 * - `silent`: nothing came for too long.
 * - `doubtful`: the engine may have skipped something, which is there when the log is opened again.
 */
export type LogOutcome = ReadingEnd | { readonly kind: 'stalled' | 'silent' | 'doubtful' };

export interface LogReadingSettings {
  readonly clock: Clock;
  readonly container: Container;
  readonly reader: LogReader;
  readonly sources: ReadonlySet<LogSource>;
  /** Begin with so many of the newest entries; undefined for all. */
  readonly tail: number | undefined;
  readonly resume: ResumePoint;
  readonly pipe: LinePipe;
  readonly queue: Pick<MessageQueue, 'isFull' | 'room'>;
  /** A log that is silent for so long is given up; 0 never. */
  readonly inactivityMs: number;
  /** Pieces have come, or the reading has to wait for room in the queue. */
  readonly onProgress: (isWaiting: boolean) => void;
  /** Gives up at once. */
  readonly signal: AbortSignal;
}

/** One opening of a log. */
export interface OpenLog {
  /** How it ended; never rejects. */
  readonly outcome: Promise<LogOutcome>;
  /** The container has ended. */
  finish(): void;
  /** The container was removed: the log could not be opened again, so it is kept open however long it waits. */
  keepOpen(): void;
}

/**
 * How long an open log may wait for room in the queue. After that it is closed, to be opened again when there is room:
 * an engine skips what it rotates away under a follower that does not read.
 */
const STALL_MS = 5_000;

/** Opens a log at the resume point, and puts what it has into the pipe until it ends. */
export function readLog(settings: LogReadingSettings): OpenLog {
  const { clock, resume, pipe, queue, sources, tail, onProgress, signal } = settings;
  const { promise: outcome, resolve } = Promise.withResolvers<LogOutcome>();
  const over = new AbortController();
  let isKept = false;

  const end = (ended: LogOutcome): void => {
    if (over.signal.aborted) return;
    over.abort();
    silence.cancel();
    skips.cancel();
    signal.removeEventListener('abort', abort);
    reading.close();
    resolve(ended);
  };
  const abort = (): void => end({ kind: 'broken', reason: 'stopped' });
  const silence = watchSilence(clock, settings.inactivityMs, () => end({ kind: 'silent' }));

  let isWaiting = false;
  const waitForRoom = async (): Promise<void> => {
    isWaiting = true;
    reading.pause();
    if (queue.isFull) onProgress(true);
    const cancel = clock.schedule(STALL_MS, () => {
      if (!isKept) end({ kind: 'stalled' });
    });
    do await queue.room(over.signal);
    while (queue.isFull && !over.signal.aborted);
    cancel();
    isWaiting = false;
    if (!over.signal.aborted) reading.resume();
  };
  const skips = watchSkips(settings, () => {
    if (!isKept) end({ kind: 'doubtful' });
  });
  /** The pieces of a chunk have come at the same time. */
  let chunkAtMs: number | undefined;
  const listener = {
    onOpen(isExact: boolean) {
      resume.opened(isExact);
      // Many logs that are opened at a time do not fill the queue at a time.
      void waitForRoom();
    },
    onPiece(piece: LogPiece) {
      chunkAtMs ??= clock.monotonicMs();
      skips.piece(piece);
      pipe.piece(piece, chunkAtMs);
    },
    onMalformed: () => pipe.malformed(),
    onPause(position?: FilePosition) {
      chunkAtMs = undefined;
      silence.heard();
      pipe.endChunk(position);
      onProgress(false);
      skips.chunk();
      if (queue.isFull && !isWaiting && !over.signal.aborted) void waitForRoom();
    },
    onEnd: end,
  };
  const { since, position } = resume.reopen();
  const start = { sources, since, position, follow: true, ...(tail === undefined ? {} : { tail }) };
  const reading: Reading = settings.reader.open(settings.container, start, listener);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  if (!settings.container.state.running) reading.finish?.();

  return {
    outcome,
    finish: () => reading.finish?.(),
    keepOpen() {
      isKept = true;
    },
  };
}

/** After so long without a piece a follower has nothing more to give, in milliseconds. */
const QUIET_MS = 250;
/** The most pieces that are remembered to read a log once more. */
const PINNED_LIMIT = 200_000;

/** Calls `onDoubt` when the engine may have skipped something of a log that it rotates. */
function watchSkips(
  { clock, container: { logMaxBytes }, reader, resume }: LogReadingSettings,
  onDoubt: () => void,
): { piece(piece: LogPiece): void; chunk(): void; cancel(): void } {
  let last: string | undefined;
  let bytes = 0;
  let cancel = (): void => undefined;
  if (logMaxBytes === undefined || !reader.maySkip) {
    return { piece: () => undefined, chunk: () => undefined, cancel };
  }
  const watch = createSkipWatch(logMaxBytes, clock.wallMs());
  const take = (following: Following): void => {
    if (following === 'calm') resume.unpin();
    else if (following === 'doubtful' || resume.remembered > PINNED_LIMIT) onDoubt();
    else {
      resume.pin();
      cancel = clock.schedule(QUIET_MS, () => take(watch.silence()));
    }
  };
  return {
    piece({ timestamp, bytes: { length } }) {
      last = timestamp;
      bytes += length;
    },
    chunk() {
      if (last === undefined) return;
      cancel();
      take(watch.chunk(Date.parse(last), bytes, clock.wallMs()));
      last = undefined;
      bytes = 0;
    },
    cancel: () => cancel(),
  };
}

/** Calls `onSilence` when `heard` has not been called for so long. */
function watchSilence(clock: Clock, limitMs: number, onSilence: () => void): { heard(): void; cancel(): void } {
  let lastMs = clock.monotonicMs();
  let cancel = (): void => undefined;
  const watch = (): void => {
    const quietMs = clock.monotonicMs() - lastMs;
    if (quietMs >= limitMs) onSilence();
    else cancel = clock.schedule(limitMs - quietMs, watch);
  };
  if (limitMs > 0) cancel = clock.schedule(limitMs, watch);
  return {
    heard() {
      lastMs = clock.monotonicMs();
    },
    cancel: () => cancel(),
  };
}
