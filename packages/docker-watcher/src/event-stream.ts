import type { IncomingMessage } from 'node:http';
import type { EngineError, EventListener, EventStream } from './engine.ts';
import { createLineSplitter } from './line-splitter.ts';
import { parseEvent } from './parse-event.ts';
import { toEngineError } from './to-engine-error.ts';

/** An event carries all labels of its container; a longer one than this is no event that can be used. */
const MAX_EVENT_BYTES = 4 * 1024 * 1024;

/**
 * Reports the events of one subscription to `listener`.
 * @param subscribe resolves when the engine has accepted the subscription
 */
export function openEventStream(
  engine: string,
  subscribe: () => Promise<IncomingMessage>,
  listener: EventListener,
): EventStream {
  let answer: IncomingMessage | undefined;
  let hasEnded = false;

  const end = (error?: EngineError): void => {
    if (hasEnded) return;
    hasEnded = true;
    answer?.destroy();
    listener.onEnd(error);
  };
  const fail = (error: unknown): void => end(toEngineError(error, { engine, action: 'follow the events' }));

  const read = (stream: IncomingMessage): void => {
    const splitter = createLineSplitter(MAX_EVENT_BYTES, {
      onLine(line) {
        const event = hasEnded ? undefined : parseEvent(line);
        if (event !== undefined) listener.onEvent(event);
      },
      onOverlong: () => fail(new Error(`an event is longer than ${MAX_EVENT_BYTES} bytes`)),
    });
    stream.on('error', fail);
    stream.on('close', () => fail(new Error('the engine ended the stream')));
    stream.on('data', (chunk: Buffer) => splitter.push(chunk));
    listener.onOpen();
  };

  subscribe().then((stream) => {
    answer = stream;
    if (hasEnded) stream.destroy();
    else read(stream);
  }, fail);
  return { close: () => end() };
}
