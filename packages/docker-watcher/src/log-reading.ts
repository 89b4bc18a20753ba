import type { Socket } from 'node:net';
import type { Clock } from '@wharf/agent';
import { createAnswerParser } from './answer-parser.ts';
import { createBatchPacer } from './batch-pacer.ts';
import type { EngineError, LogListener, LogReading } from './engine.ts';
import type { ConnectionListener } from './engine-connection.ts';
import { createRefusal, type Refusal } from './refusal.ts';
import { type Attempt, timedOut, toEngineError } from './to-engine-error.ts';

export interface LogLocation {
  /** With the query. */
  readonly path: string;
  /** How long the beginning of the answer may take, in milliseconds; no limit when undefined. */
  readonly limitMs: number | undefined;
}

export interface LogReadingOptions {
  readonly attempt: Attempt;
  readonly clock: Clock;
  /** How long an answer that is an error may take as a whole, in milliseconds. */
  readonly callTimeoutMs: number;
  locate(): Promise<LogLocation>;
  /** Opens a connection and sends a request for `path` over it. */
  ask(path: string, listener: ConnectionListener): Socket;
}

/** One request for a log: it is located, asked for, answered (`isOpen`, or with a refusal), and ends once. */
export function startLogReading(options: LogReadingOptions, listener: LogListener): LogReading {
  const { attempt, clock, callTimeoutMs } = options;
  let socket: Socket | undefined;
  let refusal: Refusal | undefined;
  let isOpen = false;
  let isPaused = false;
  let hasEnded = false;
  let cancelLimit = (): void => undefined;
  const pacer = createBatchPacer(clock, () => {
    if (!isPaused) socket?.resume();
  });

  const end = (error?: EngineError): void => {
    if (hasEnded) return;
    hasEnded = true;
    cancelLimit();
    pacer.stop();
    parser.stop();
    socket?.destroy();
    listener.onEnd(error);
  };
  /** What the engine said counts for more than how its answer ended. */
  const fail = (error: unknown): void => end(toEngineError(refusal?.error() ?? error, attempt));
  const limit = (ms: number): void => {
    cancelLimit = clock.schedule(ms, () => fail(timedOut(attempt, ms)));
  };

  const parser = createAnswerParser({
    onHead(head) {
      cancelLimit();
      if (head.status === 200) {
        isOpen = true;
        if (isPaused) socket?.pause();
        listener.onOpen();
        return;
      }
      refusal = createRefusal(head);
      limit(callTimeoutMs);
    },
    onBody(bytes) {
      if (refusal === undefined) listener.onChunk(bytes);
      else if (!refusal.take(bytes)) fail(undefined);
    },
    onComplete: () => (refusal === undefined ? end() : fail(undefined)),
    onFault: fail,
  });

  const connect = ({ path, limitMs }: LogLocation): void => {
    if (hasEnded) return;
    if (limitMs !== undefined) limit(limitMs);
    socket = options.ask(path, {
      onBytes(bytes) {
        parser.push(bytes);
        const mayRead = !hasEnded && !(isOpen && isPaused);
        return mayRead && pacer.mayReadOn(bytes.length);
      },
      onClose(error) {
        if (error === undefined) parser.end();
        else fail(error);
      },
    });
  };
  options.locate().then(connect, fail);

  return {
    pause() {
      isPaused = true;
      if (isOpen) socket?.pause();
    },
    resume() {
      isPaused = false;
      if (!pacer.isWaiting()) socket?.resume();
    },
    close: () => end(),
  };
}
