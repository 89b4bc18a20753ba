import { type BackoffPolicy, backoffDelayMs, defaultBackoff, renderHostPort, sleep } from '@wharf/agent';
import { createResendWindow } from '../queue/resend-window.ts';
import { describeFailure } from './lookup.ts';
import { createReceiver, type ReceiverSettings } from './receiver.ts';
import { createStopper, type Transport, type TransportContext } from './transport.ts';
import { openUdpSender, type UdpSender } from './udp-sender.ts';

export interface UdpSettings extends ReceiverSettings {
  readonly backoff?: BackoffPolicy;
}

const BATCH_MESSAGES = 64;
const BATCH_BYTES = 256 * 1024;
/** How long after a datagram the answer that nobody listens can come: longer than to most places on earth and back. */
const ANSWER_MS = 200;
/** Datagrams that such an answer can be about: they are sent again when it comes. */
const IN_DOUBT = { ageMs: ANSWER_MS, messages: 256, bytes: 1_048_576 };

/**
 * Sends each message as a datagram to one of the receiver's endpoints, as long as the name has it. While there is none,
 * the kernel refuses to send, or the receiver's host says that nobody listens, messages stay in the queue, and other
 * endpoints are tried; one message at a time, with growing delays, shows whether somebody does. A datagram is done with
 * when no such answer has come in its time, so what nobody took is sent again. Any may be lost unseen: that is UDP.
 */
export function createUdpTransport(settings: UdpSettings, context: TransportContext): Transport {
  const { host, backoff = defaultBackoff } = settings;
  const { queue, clock, random, log, meter } = context;
  const { closing, aborting, stopping } = createStopper();
  const receiver = createReceiver(settings, context, aborting);
  let sender: UdpSender | undefined;
  let trouble: string | undefined = 'not resolved yet';
  let hasFailed = false;
  /** The endpoint that the log has told of last. */
  let told = '';
  const inDoubt = createResendWindow(IN_DOUBT);
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
    hasFailed = true;
    meter.resent(inDoubt.clear());
    queue.rewind();
    if (sender !== undefined) receiver.failed(sender.endpoint);
    drop();
    meter.connected(false);
  };
  const succeed = (): void => {
    if (hasFailed) log.info({ host, peer: told }, 'can send to the receiver again');
    hasFailed = false;
    trouble = undefined;
    meter.connected(true);
  };
  const settle = (messages: number): void => {
    queue.confirm(messages);
    meter.queue(queue);
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
        const { address, port } = endpoint;
        const peer = renderHostPort({ host: address, port });
        log[peer === told ? 'debug' : 'info']({ host, address, port }, 'resolved the receiver');
        told = peer;
        return sender;
      } catch (error) {
        receiver.failed(endpoint);
        failure = error;
      }
    }
    throw failure;
  };

  /** The error of the first message that failed, if any. */
  const sendBatch = async (to: UdpSender, limit: number): Promise<Error | undefined> => {
    const batch = queue.take(BATCH_BYTES, limit);
    const errors = await Promise.all(batch.map((message) => to.send(message)));
    const failed = errors.findIndex((error) => error !== undefined && !isTooLong(error));
    const done = failed < 0 ? batch.length : failed;
    for (const [index, message] of batch.slice(0, done).entries()) {
      if (errors[index] === undefined) meter.sent(1, message.length);
      else meter.dropped('too-long', 1);
    }
    settle(inDoubt.expire(clock.monotonicMs()));
    settle(inDoubt.add(done, byteLength(batch.slice(0, done)), clock.monotonicMs()));
    // A small queue would hold nothing else, and readers wait for the time of an answer again and again.
    if (failed < 0 && queue.isFull && inDoubt.messages === queue.messages) settle(inDoubt.clear());
    return failed < 0 ? to.takeError() : errors[failed];
  };

  /** Sends a batch, or one message to see whether it is taken. @throws what keeps from sending */
  const step = async (isProbe: boolean): Promise<void> => {
    const to = await choose();
    if (closing.aborted && queue.messages === 0) return;
    const earlier = to.takeError();
    const error = earlier ?? (await sendBatch(to, isProbe ? 1 : BATCH_MESSAGES));
    if (error !== undefined) throw error;
    if (!isProbe) return;
    await sleep(clock, ANSWER_MS, aborting);
    const late = to.takeError();
    if (late !== undefined) throw late;
    settle(inDoubt.clear());
    receiver.succeeded(to.endpoint);
  };

  /** Waits until a message can be sent, or when closing until none is in doubt. @throws what the receiver's host says */
  const idle = async (to: UdpSender): Promise<void> => {
    for (let waitMs = nextDoubt(); waitMs !== undefined; waitMs = nextDoubt()) {
      const over = new AbortController();
      void sleep(clock, Math.ceil(waitMs), AbortSignal.any([over.signal, aborting])).then(() => over.abort());
      await queue.available(over.signal);
      if (!over.signal.aborted) return over.abort();
      const error = to.takeError();
      if (error !== undefined) throw error;
      if (aborting.aborted) return;
      settle(inDoubt.expire(clock.monotonicMs()));
    }
    await queue.available(closing);
  };
  const nextDoubt = (): number | undefined => inDoubt.nextExpiryMs(clock.monotonicMs());

  const run = async (): Promise<void> => {
    let attempt = 0;
    while (!aborting.aborted) {
      try {
        // After an idle time the address may be old, so it is looked at behind the wait.
        if (sender !== undefined) await idle(sender);
        if (isDone()) return;
        await step(attempt > 0);
        attempt = 0;
        succeed();
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
      if (!hasFailed) settle(inDoubt.clear());
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

function byteLength(messages: readonly Buffer[]): number {
  return messages.reduce((sum, { length }) => sum + length, 0);
}

/** The path or the family allows less than the 65,507 bytes that messages are cut at. */
function isTooLong(error: Error): boolean {
  return 'code' in error && error.code === 'EMSGSIZE';
}
