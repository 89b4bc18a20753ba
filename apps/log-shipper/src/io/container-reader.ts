import { backoffDelayMs, type Clock, defaultBackoff, type Logger, sleep } from '@wharf/agent';
import type { Container, DockerEngine } from '@wharf/docker-watcher';
import { afterStream, type ContainerFate } from '../containers/after-stream.ts';
import { isEarlierRun, withKnownPid } from '../containers/runs.ts';
import type { LogSource } from '../lines/log-line.ts';
import type { ResumePoint } from '../lines/resume-point.ts';
import type { LinePipe } from '../pipe/line-pipe.ts';
import type { MessageQueue } from '../queue/message-queue.ts';
import type { Slots } from '../queue/slots.ts';
import type { LogReader, ReadingEnd } from '../sources/log-source.ts';
import { type LogOutcome, type OpenLog, readLog } from './read-log.ts';
import type { RouteMeter } from './route-meter.ts';
import { until } from './until.ts';

export interface ReaderContext {
  readonly engine: Pick<DockerEngine, 'inspect'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly queue: Pick<MessageQueue, 'isFull' | 'room' | 'messages' | 'bytes'>;
  readonly meter: RouteMeter;
  /** For containers that do not run: thousands of them may wait to be read. */
  readonly endedSlots: Slots;
  /** A stream that is silent for so long is opened again; 0 never. */
  readonly inactivityMs: number;
}

export interface ReaderSubject {
  readonly container: Container;
  readonly sources: ReadonlySet<LogSource>;
  /** Asked before the log is opened, each time. */
  readonly chooseReader: (container: Container) => Promise<LogReader>;
  readonly resume: ResumePoint;
  readonly pipe: LinePipe;
  /** Begin with so many of the newest entries, as long as nothing has been read; undefined for all. */
  readonly tail: number | undefined;
  /** News of the container that lines to come are described by. */
  readonly onUpdate: (container: Container) => void;
  /** The log was read to the end of the run that started then, or cannot be read. Not called after `stop`. */
  readonly onFinish: (startedAt: string) => void;
}

/** Reads the log of one container for one route, across runs of the container and cuts of the stream. */
export interface ContainerReader {
  /** News of the container: another name or process, or just that the engine is there again. */
  update(container: Container): void;
  /** The container was removed: a log that is open is not closed any more, for it could not be opened again. */
  keepOpen(): void;
  /**
   * Stops reading where it is; resolves when nothing is in flight any more.
   * @param isFinal what is held of unfinished lines goes on its way; otherwise it will be read again
   */
  stop(isFinal: boolean): Promise<void>;
}

/**
 * Starts reading at the resume point. The log is opened again, after a growing delay, until the container is gone or
 * the engine has closed it after the container's end; what a cut stream had of an unfinished line is read again.
 */
export function startContainerReader(subject: ReaderSubject, context: ReaderContext): ContainerReader {
  const { pipe } = subject;
  const { engine, clock, random, log, queue, meter, endedSlots, inactivityMs } = context;
  const { id } = subject.container;
  const stopping = new AbortController();
  let container = subject.container;
  let isRemoved = false;
  let hasRead = false;
  let openedAtMs = 0;
  let open: OpenLog | undefined;
  let wake = (): void => undefined;

  const note = (next: Container): void => {
    container = withKnownPid(next, container);
    subject.onUpdate(container);
    if (!container.state.running) open?.finish();
  };

  /** One opening of the log, to its end. */
  const readOnce = async (reader: LogReader): Promise<LogOutcome> => {
    openedAtMs = clock.monotonicMs();
    open = readLog({
      ...subject,
      container,
      reader: tellOpening(reader, pipe),
      clock,
      queue,
      inactivityMs,
      tail: hasRead ? undefined : subject.tail,
      onProgress(isWaiting) {
        if (isWaiting) {
          meter.queueFull();
          return;
        }
        hasRead = true;
        afterChunk();
      },
      signal: stopping.signal,
    });
    if (isRemoved) open.keepOpen();
    const outcome = await open.outcome;
    open = undefined;
    return outcome;
  };

  const afterChunk = (): void => {
    meter.piped(pipe.takeCounts());
    meter.queue(queue);
    scheduleTick();
  };
  let cancelTick: (() => void) | undefined;
  /** The stages may hold lines that are due after a time. */
  const scheduleTick = (): void => {
    const { dueAtMs } = pipe;
    if (cancelTick !== undefined || dueAtMs === undefined || stopping.signal.aborted) return;
    cancelTick = clock.schedule(Math.max(1, Math.ceil(dueAtMs - clock.monotonicMs())), () => {
      cancelTick = undefined;
      pipe.tick(clock.monotonicMs());
      afterChunk();
    });
  };

  const askFate = async (): Promise<ContainerFate> => {
    try {
      const found = await until(engine.inspect(id), stopping.signal);
      if (found === undefined) return 'gone';
      // An event may have told of the next run while this answer was on its way.
      if (found.state.running || isEarlierRun(found.state, container.state)) return 'running';
      note(found);
      return 'ended';
    } catch {
      return 'unknown';
    }
  };

  /** Aborts with the next news of the container, and when this is stopped. */
  const untilNews = (): AbortSignal => {
    const woken = new AbortController();
    wake = () => woken.abort();
    return AbortSignal.any([stopping.signal, woken.signal]);
  };
  const pause = (attempt: number): Promise<void> =>
    sleep(clock, backoffDelayMs(attempt, defaultBackoff, random), untilNews());

  /** What is printed now is lost if it is not read, and what was removed is lost soon: only the others wait in line. */
  const mayWait = (): boolean => !container.state.running && !isRemoved && !stopping.signal.aborted;
  /** When the log may be opened; resolves to how to let others open theirs. */
  const takeTurn = async (): Promise<() => void> => {
    while (mayWait()) {
      if (await endedSlots.take(untilNews())) return () => endedSlots.giveBack();
    }
    return () => undefined;
  };
  const openInTurn = async (): Promise<LogOutcome | undefined> => {
    const endTurn = await takeTurn();
    try {
      if (!isRemoved) await queue.room(stopping.signal);
      if (stopping.signal.aborted) return undefined;
      const reader = await subject.chooseReader(container);
      return stopping.signal.aborted ? undefined : await readOnce(reader);
    } finally {
      endTurn();
    }
  };

  /** Reads until there is nothing left to read, or until it is stopped. */
  const run = async (): Promise<void> => {
    let attempt = 0;
    /** The run that had ended before the log was opened: of that one all is stored, of a later one perhaps not. */
    let endedRun = container.state.running ? undefined : container.state.startedAt;
    while (!stopping.signal.aborted) {
      const end = await openInTurn();
      if (end === undefined || stopping.signal.aborted) break;
      if (!isReadingEnd(end)) {
        log.debug({ container: container.name, reason: end.kind }, 'a log stream is opened again');
        pipe.rewind();
        continue;
      }
      const fate = end.kind === 'unreadable' ? 'unknown' : await askFate();
      if (stopping.signal.aborted) break;
      const next = afterStream(end.kind, fate, endedRun === container.state.startedAt);
      const reason = end.kind === 'closed' ? 'closed by the engine' : end.reason;
      if (end.kind === 'unreadable' && !isRemoved) {
        log.warn({ container: container.name, reason }, 'the log of a container cannot be read');
      }
      log.debug({ container: container.name, reason, fate, next }, 'a log stream has ended');
      if (next === 'finish') {
        pipe.flush(clock.monotonicMs());
        afterChunk();
        cancelTick?.();
        subject.onFinish(container.state.startedAt);
        return;
      }
      endedRun = fate === 'ended' ? container.state.startedAt : undefined;
      // What is held stays: a container that is removed by itself may be gone before its log is opened again.
      if (next === 'read-rest') continue;
      pipe.rewind();
      meter.reopened();
      if (clock.monotonicMs() - openedAtMs >= defaultBackoff.capMs) attempt = 0;
      await pause(attempt++);
    }
  };
  const running = run();

  return {
    update(next) {
      note(next);
      wake();
    },
    keepOpen() {
      isRemoved = true;
      wake();
      open?.keepOpen();
    },
    async stop(isFinal) {
      stopping.abort();
      await running;
      cancelTick?.();
      if (isFinal) pipe.flush(clock.monotonicMs());
      else pipe.rewind();
      afterChunk();
    },
  };
}

/** Has the pipe know how the log was opened, just before what it has comes. */
function tellOpening(reader: LogReader, pipe: LinePipe): LogReader {
  return {
    maySkip: reader.maySkip,
    open: (container, start, listener) =>
      reader.open(container, start, {
        ...listener,
        onOpen(isExact) {
          pipe.opened(start.since, isExact);
          listener.onOpen(isExact);
        },
      }),
  };
}

function isReadingEnd(outcome: LogOutcome): outcome is ReadingEnd {
  return outcome.kind !== 'stalled' && outcome.kind !== 'silent' && outcome.kind !== 'doubtful';
}
