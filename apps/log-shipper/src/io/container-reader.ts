import { backoffDelayMs, type Clock, defaultBackoff, type Logger, sleep } from '@wharf/agent';
import { type Container, type DockerEngine, EngineError } from '@wharf/docker-watcher';
import { afterStream, type ContainerFate, type StreamEnd } from '../containers/after-stream.ts';
import { isEarlierRun, withKnownPid } from '../containers/runs.ts';
import { createLineAssembler } from '../lines/line-assembler.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';
import type { LogSource } from '../lines/log-line.ts';
import type { ResumePoint } from '../lines/resume-point.ts';
import type { MessageQueue } from '../queue/message-queue.ts';
import { openLogStream } from './open-log-stream.ts';
import { readLogStream } from './read-log-stream.ts';
import type { RouteMeter } from './route-meter.ts';
import { until } from './until.ts';

/** The longest line that is kept whole, in bytes. */
export const LINE_LIMIT = 1_048_576;

export interface ReaderContext {
  readonly engine: Pick<DockerEngine, 'logs' | 'inspect'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly queue: MessageQueue;
  readonly meter: RouteMeter;
  readonly encoderFor: (container: Container) => LineEncoder;
}

export interface ReaderSubject {
  readonly container: Container;
  readonly sources: ReadonlySet<LogSource>;
  readonly resume: ResumePoint;
  /** The log was read to the end of the run that started then, or cannot be read. Not called after `stop`. */
  readonly onFinish: (startedAt: string) => void;
}

/** Reads the log of one container for one route, across runs of the container and cuts of the stream. */
export interface ContainerReader {
  /** News of the container: another name or process, or just that the engine is there again. */
  update(container: Container): void;
  /** Stops reading where it is; resolves when nothing is in flight any more. */
  stop(): Promise<void>;
}

/**
 * Starts reading at the resume point. The stream is opened again, after a growing delay, until the container is gone
 * or the engine has closed it after the container's end; what a cut stream had of an unfinished line is read again.
 * While the queue is full the stream is not read.
 */
export function startContainerReader(subject: ReaderSubject, context: ReaderContext): ContainerReader {
  const { resume, sources } = subject;
  const { engine, clock, random, log, queue, meter } = context;
  const { id, tty } = subject.container;
  const stopping = new AbortController();
  const assembler = createLineAssembler(LINE_LIMIT);
  let container = subject.container;
  let encode = context.encoderFor(container);
  let wake = (): void => undefined;

  const note = (next: Container): void => {
    container = withKnownPid(next, container);
    encode = context.encoderFor(container);
  };

  const readOnce = async (): Promise<StreamEnd> => {
    try {
      const stream = await openLogStream(engine, id, { sources, since: resume.since() }, stopping.signal);
      resume.reopen();
      return await readLogStream(
        stream,
        tty,
        { queue, meter, resume, assembler, encode: (line) => encode(line) },
        stopping.signal,
      );
    } catch (error) {
      if (error instanceof EngineError && error.code === 'unsupported') {
        log.warn({ container: container.name, reason: error.message }, 'the log of a container cannot be read');
      }
      return toStreamEnd(error);
    }
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

  const flush = (): void => {
    for (const { line, pieces } of assembler.flush()) {
      queue.push(encode(line));
      for (const piece of pieces) resume.record(piece);
      meter.read(1, line.bytes.length);
    }
    meter.queue(queue);
  };

  const pause = (attempt: number): Promise<void> => {
    const woken = new AbortController();
    wake = () => woken.abort();
    const delayMs = backoffDelayMs(attempt, defaultBackoff, random);
    return sleep(clock, delayMs, AbortSignal.any([stopping.signal, woken.signal]));
  };

  /** Reads until there is nothing left to read, or until it is stopped. */
  const run = async (): Promise<void> => {
    let attempt = 0;
    let hadEnded = !container.state.running;
    while (!stopping.signal.aborted) {
      const openedAtMs = clock.monotonicMs();
      const end = await readOnce();
      if (stopping.signal.aborted) break;
      const fate = end.kind === 'unreadable' ? 'unknown' : await askFate();
      if (stopping.signal.aborted) break;
      const next = afterStream(end.kind, fate, hadEnded);
      const reason = end.kind === 'closed' ? 'closed by the engine' : end.reason;
      log.debug({ container: container.name, reason, fate, next }, 'a log stream has ended');
      if (next === 'finish') {
        flush();
        subject.onFinish(container.state.startedAt);
        return;
      }
      hadEnded = fate === 'ended';
      assembler.rewind();
      if (next === 'read-rest') continue;
      meter.reopened();
      if (clock.monotonicMs() - openedAtMs >= defaultBackoff.capMs) attempt = 0;
      await pause(attempt++);
    }
    flush();
  };

  const running = run();
  return {
    update(next) {
      note(next);
      wake();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function toStreamEnd(error: unknown): StreamEnd {
  const reason = error instanceof Error ? error.message : String(error);
  const isFinal = error instanceof EngineError && (error.code === 'not-found' || error.code === 'unsupported');
  return { kind: isFinal ? 'unreadable' : 'broken', reason };
}
