import { createSocket, type Socket } from 'node:dgram';
import { type BackoffPolicy, backoffDelayMs, defaultBackoff, renderHostPort, sleep } from '@wharf/agent';
import { type Address, describeFailure } from './lookup.ts';
import { createStopper, type Transport, type TransportContext } from './transport.ts';
import { until } from './until.ts';

export interface UdpSettings {
  readonly host: string;
  readonly port: number;
  /** How long an address is used before the name is resolved again; 30 s when absent. */
  readonly resolveEveryMs?: number;
  readonly backoff?: BackoffPolicy;
}

const RESOLVE_EVERY_MS = 30_000;
/** How long sending waits for a name server while there is an address to go on with. */
const PATIENCE_MS = 1_000;
const BATCH_MESSAGES = 64;
const BATCH_BYTES = 256 * 1024;

/**
 * Sends each message as a datagram. The name is resolved at the start and every `resolveEveryMs`; an answer that does
 * not come leaves the last one in use. While there is no address at all, or the kernel refuses to send, messages
 * stay in the queue. A datagram that was sent may be lost unseen: that is UDP.
 */
export function createUdpTransport(settings: UdpSettings, context: TransportContext): Transport {
  const { host, port, resolveEveryMs = RESOLVE_EVERY_MS, backoff = defaultBackoff } = settings;
  const { queue, clock, random, log, meter, lookup } = context;
  const { closing, aborting, stopping } = createStopper();
  const sockets = new Map<number, Socket>();
  let target: Address | undefined;
  let failedAddress: string | undefined;
  let resolvedAtMs = Number.NEGATIVE_INFINITY;
  let resolving: Promise<void> | undefined;
  let trouble: string | undefined = 'not resolved yet';
  let running = Promise.resolve();

  const fail = (error: unknown, message: string): void => {
    const reason = describeFailure(error);
    log[trouble === reason ? 'debug' : 'warn']({ host, port, reason }, message);
    if (target === undefined) trouble = reason;
  };

  const resolve = async (): Promise<void> => {
    try {
      const addresses = await until(lookup(host), aborting);
      const chosen = chooseAddress(addresses, target?.address, failedAddress);
      if (chosen === undefined) throw new Error('the name has no address');
      if (chosen.address !== target?.address) log.info({ host, address: chosen.address }, 'resolved the receiver');
      target = chosen;
      trouble = undefined;
    } catch (error) {
      fail(error, 'cannot resolve the receiver');
    }
    meter.connected(target !== undefined);
    resolvedAtMs = clock.monotonicMs();
    resolving = undefined;
  };
  /** Resolves the name when it is time. With an address to go on with, it waits only a while for another. */
  const keepResolved = async (): Promise<void> => {
    const isDue = target === undefined || clock.monotonicMs() - resolvedAtMs >= resolveEveryMs;
    if (isDue && resolving === undefined) {
      resolving = resolve();
      const answered = new AbortController();
      const patience = sleep(clock, PATIENCE_MS, AbortSignal.any([answered.signal, aborting]));
      await Promise.race([resolving, patience]);
      answered.abort();
    }
    if (target === undefined) await resolving;
  };

  const socketFor = ({ family }: Address): Socket => {
    const open = sockets.get(family);
    if (open !== undefined) return open;
    const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4' });
    socket.on('error', (error) => log.warn({ host, reason: describeFailure(error) }, 'the UDP socket failed'));
    socket.unref();
    sockets.set(family, socket);
    return socket;
  };

  /** The error of the first message that failed, if any; what went before it is confirmed, the rest put back. */
  const sendBatch = async (to: Address): Promise<unknown> => {
    const socket = socketFor(to);
    const batch = queue.take(BATCH_BYTES, BATCH_MESSAGES);
    const errors = await Promise.all(batch.map((message) => sendDatagram(socket, message, to.address, port)));
    const failed = errors.findIndex((error) => error !== undefined && !isTooLong(error));
    const done = failed < 0 ? batch.length : failed;
    for (const [index, message] of batch.slice(0, done).entries()) {
      if (errors[index] === undefined) meter.sent(1, message.length);
      else meter.dropped('too-long', 1);
    }
    queue.confirm(done);
    queue.rewind();
    meter.queue(queue);
    return failed < 0 ? undefined : errors[failed];
  };

  const run = async (): Promise<void> => {
    let attempt = 0;
    while (!aborting.aborted) {
      // After an idle time the address may be old, so it is looked at behind the wait.
      if (target !== undefined && queue.messages === 0) await queue.available(closing);
      await keepResolved();
      if (closing.aborted && queue.messages === 0) return;
      const error = target === undefined ? undefined : await sendBatch(target);
      if (target !== undefined && error === undefined) {
        attempt = 0;
        trouble = undefined;
        continue;
      }
      if (error !== undefined) {
        failedAddress = target?.address;
        target = undefined;
        fail(error, 'cannot send to the receiver');
        meter.connected(false);
      }
      await sleep(clock, backoffDelayMs(attempt++, backoff, random), queue.messages > 0 ? aborting : closing);
    }
  };

  return {
    start() {
      running = run();
    },
    async stop(giveUp) {
      await stopping(giveUp, running);
      for (const socket of sockets.values()) socket.close();
    },
    get trouble() {
      return trouble;
    },
    get peer() {
      return target === undefined ? undefined : renderHostPort({ host: target.address, port });
    },
  };
}

/** The one in use while the name still has it; otherwise one that has not just failed, if there is any. */
function chooseAddress(
  addresses: readonly Address[],
  current: string | undefined,
  failed: string | undefined,
): Address | undefined {
  return (
    addresses.find(({ address }) => address === current) ??
    addresses.find(({ address }) => address !== failed) ??
    addresses[0]
  );
}

function sendDatagram(socket: Socket, message: Buffer, address: string, port: number): Promise<Error | undefined> {
  return new Promise((resolve) => socket.send(message, port, address, (error) => resolve(error ?? undefined)));
}

/** The path or the family allows less than the 65,507 bytes that messages are cut at. */
function isTooLong(error: Error): boolean {
  return 'code' in error && error.code === 'EMSGSIZE';
}
