import type { Writable } from 'node:stream';
import { describeFailure } from './lookup.ts';
import { createStopper, type Transport, type TransportContext } from './transport.ts';

const WRITE_BYTES = 64 * 1024;

/** Writes messages to a stream of this process, its standard output. When nobody reads it any more, sending ends. */
export function createOutputTransport(
  output: Writable,
  { queue, log, meter }: Pick<TransportContext, 'queue' | 'log' | 'meter'>,
): Transport {
  const { closing, aborting, stopping } = createStopper();
  let trouble: string | undefined = 'not started yet';
  let running = Promise.resolve();

  const write = (bytes: Buffer): Promise<Error | undefined> =>
    new Promise((resolve) => {
      const abort = (): void => resolve(new Error('given up'));
      aborting.addEventListener('abort', abort, { once: true });
      output.write(bytes, (error) => {
        aborting.removeEventListener('abort', abort);
        resolve(error ?? undefined);
      });
    });

  const run = async (): Promise<void> => {
    while (!aborting.aborted) {
      await queue.available(closing);
      const { chunks, messages, bytes } = queue.takeBytes(WRITE_BYTES);
      if (messages === 0) return;
      const error = await write(Buffer.concat(chunks));
      if (error !== undefined && aborting.aborted) return;
      if (error !== undefined) {
        trouble = describeFailure(error);
        log.error({ reason: trouble }, 'cannot write to standard output');
        meter.connected(false);
        return;
      }
      meter.sent(messages, bytes);
      queue.confirm(messages);
      meter.queue(queue);
    }
  };

  return {
    start() {
      trouble = undefined;
      meter.connected(true);
      running = run();
    },
    stop: (giveUp) => stopping(giveUp, running),
    get trouble() {
      return trouble;
    },
    get peer() {
      return 'standard output';
    },
  };
}
