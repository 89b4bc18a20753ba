import { type BackoffPolicy, backoffDelayMs, defaultBackoff, renderHostPort, sleep } from '@wharf/agent';
import { describeFailure } from './lookup.ts';
import { createReceiver, type ReceiverSettings } from './receiver.ts';
import { createStopper, type Transport, type TransportContext } from './transport.ts';
import { openUdpSender, type UdpSender } from './udp-sender.ts';

export interface UdpSettings extends ReceiverSettings {
  readonly backoff?: BackoffPolicy;
}

const BATCH_MESSAGES = 64;
const BATCH_BYTES = 256 * 1024;
/** After a failure, how long the answer to a single datagram is waited for: that nobody listens. */
const PROBE_MS = 200;

/**
 * Sends each message as a datagram to one of the receiver's endpoints, as long as the name has it. While there is none,
 * the kernel refuses to send, or the receiver's host says that nobody listens, messages stay in the queue, and other
 * endpoints are tried; one message at a time shows whether somebody does. A datagram that was sent may be lost
 * unseen: that is UDP.
 */
export function createUdpTransport(settings: UdpSettings, context: TransportContext): Transport {
  const { host, backoff = defaultBackoff } = settings;
  const { queue, clock, random, log, meter } = context;
  const { closing, aborting, stopping } = createStopper();
  const receiver = createReceiver(settings, context, aborting);
  let sender: UdpSender | undefined;
  let trouble: string | undefined = 'not resolved yet';
  let running = Promise.resolve();

  const isDone = (): boolean => aborting.aborted || (closing.aborted && queue.messages === 0);
  /** With nothing to send, a stop need not wait for an address. */
  const interruption = (): AbortSignal => (queue.messages > 0 ? aborting : closing);
  const drop = (): void => {
    sender?.close();
    sender = undefined;
  };
  const fail = (error: unknown): void => {
    const reason = describeFailure(error);
    log[trouble === reason ? 'debug' : 'warn']({ host, reason }, 'cannot send to the receiver');
    trouble = reason;
    if (sender !== undefined) receiver.failed(sender.endpoint);
    drop();
    meter.connected(false);
  };

  /** The sender in use while the name has its endpoint, and no better one; otherwise to the first that there is a way to. */
  const choose = async (): Promise<UdpSender> => {
    if (sender !== undefined && !receiver.isDue) return sender;
    const endpoints = await receiver.endpoints(interruption());
    if (sender !== undefined && receiver.isBest(sender.endpoint)) return sender;
    drop();
    let failure: unknown;
    for (const endpoint of endpoints) {
      try {
        sender = await openUdpSender(endpoint);
        log.info({ host, address: endpoint.address, port: endpoint.port }, 'resolved the receiver');
        return sender;
      } catch (error) {
        receiver.failed(endpoint);
        failure = error;
      }
    }
    throw failure;
  };

  /** The error of the first message that failed, if any; what went before it is confirmed, the rest put back. */
  const sendBatch = async (to: UdpSender, limit: number): Promise<Error | undefined> => {
    const batch = queue.take(BATCH_BYTES, limit);
    const errors = await Promise.all(batch.map((message) => to.send(message)));
    const failed = errors.findIndex((error) => error !== undefined && !isTooLong(error));
    const done = failed < 0 ? batch.length : failed;
    for (const [index, message] of batch.slice(0, done).entries()) {
      if (errors[index] === undefined) meter.sent(1, message.length);
      else meter.dropped('too-long', 1);
    }
    queue.confirm(done);
    queue.rewind();
    meter.queue(queue);
    return failed < 0 ? to.takeError() : errors[failed];
  };

  /** Sends a batch, or one message to see whether it is taken. @throws what keeps from sending */
  const step = async (isProbe: boolean): Promise<void> => {
    const to = await choose();
    if (closing.aborted && queue.messages === 0) return;
    const earlier = to.takeError();
    const error = earlier ?? (await sendBatch(to, isProbe ? 1 : BATCH_MESSAGES));
    if (error !== undefined) throw error;
    if (!isProbe || queue.messages === 0) return;
    await sleep(clock, PROBE_MS, aborting);
    const late = to.takeError();
    if (late !== undefined) throw late;
    receiver.succeeded(to.endpoint);
  };

  const run = async (): Promise<void> => {
    let attempt = 0;
    while (!aborting.aborted) {
      // After an idle time the address may be old, so it is looked at behind the wait.
      if (sender !== undefined && queue.messages === 0) await queue.available(closing);
      if (isDone()) return;
      try {
        await step(attempt > 0);
        attempt = 0;
        trouble = undefined;
        meter.connected(true);
      } catch (error) {
        if (isDone()) return;
        fail(error);
        await sleep(clock, backoffDelayMs(attempt++, backoff, random), interruption());
      }
    }
  };

  return {
    start() {
      running = run();
    },
    async stop(giveUp) {
      await stopping(giveUp, running);
      drop();
    },
    get trouble() {
      return trouble;
    },
    get peer() {
      if (sender === undefined) return undefined;
      return renderHostPort({ host: sender.endpoint.address, port: sender.endpoint.port });
    },
  };
}

/** The path or the family allows less than the 65,507 bytes that messages are cut at. */
function isTooLong(error: Error): boolean {
  return 'code' in error && error.code === 'EMSGSIZE';
}
