import { type BackoffPolicy, backoffDelayMs, defaultBackoff, renderHostPort, sleep } from '@wharf/agent';
import type { Endpoint } from '../receivers/endpoint.ts';
import { createReceiver, type ReceiverSettings } from './receiver.ts';
import { describeStreamFailure, openStreamConnection, type StreamConnection } from './stream-connection.ts';
import type { TlsSettings } from './tls-settings.ts';
import { createStopper, type Transport, type TransportContext } from './transport.ts';

export interface StreamSettings extends ReceiverSettings {
  /** Asked for before each connection, which is then over TLS. */
  readonly readTls?: (() => Promise<TlsSettings>) | undefined;
  readonly backoff?: BackoffPolicy | undefined;
}

/** What a session gets: a connection, and ways to speak with the transport. */
export interface SessionContext {
  readonly connection: StreamConnection;
  /** Aborts when the session shall end as soon as the queue is empty. */
  readonly closing: AbortSignal;
  /** Aborts when the session shall end as soon as the receiver has what was sent, whatever else is queued. */
  readonly leaving: AbortSignal;
  /** The receiver takes messages. */
  readonly onReady: () => void;
}

/** How a session ended; nothing in the queue is taken any more. */
export interface SessionEnd {
  /** Why, as the end of a sentence. */
  readonly reason: string;
  /** So many messages were sent and will be again. */
  readonly resent: number;
  /** The receiver has taken messages for good, so it need not be waited for longer each time. */
  readonly hasProgress: boolean;
}

/** How long a session that leaves may wait for the receiver. */
const SETTLE_MS = 5_000;

/**
 * Holds one session over one connection at a time, for ever. Without one, the name is resolved and every endpoint tried
 * in turn, then all again after a growing delay. When the name does not have the endpoint in use any more, or one of a
 * better priority takes connections again, the session moves over: its connection is left when there is another.
 */
export function createStreamTransport(
  settings: StreamSettings,
  runSession: (session: SessionContext) => Promise<SessionEnd>,
  context: TransportContext,
): Transport {
  const { host, readTls, backoff = defaultBackoff } = settings;
  const { queue, clock, random, log, meter } = context;
  const { closing, aborting, stopping } = createStopper();
  const receiver = createReceiver(settings, context, aborting);
  let trouble: string | undefined = 'not connected yet';
  let peer: string | undefined;
  let running = Promise.resolve();

  const isDone = (): boolean => aborting.aborted || (closing.aborted && queue.messages === 0);
  /** With nothing to send, a stop need not wait for a connection. */
  const interruption = (): AbortSignal => (queue.messages > 0 ? aborting : closing);

  const open = async (endpoints: readonly Endpoint[], opening: AbortSignal): Promise<StreamConnection> => {
    const tls = await readTls?.();
    return openStreamConnection(
      endpoints,
      { tls, onFailure: (endpoint) => receiver.failed(endpoint) },
      aborting,
      opening,
    );
  };
  const connect = async (): Promise<StreamConnection | undefined> => {
    const interrupt = interruption();
    try {
      return await open(await receiver.endpoints(interrupt), interrupt);
    } catch (error) {
      if (interrupt.aborted) return undefined;
      const reason = describeStreamFailure(error);
      // The first failure of a kind is news, its repetitions are not.
      log[trouble === reason ? 'debug' : 'warn']({ host, reason }, 'cannot connect to the receiver');
      trouble = reason;
      return undefined;
    }
  };
  /** A connection to a better endpoint than this one; undefined when `over` aborts before there is any. */
  const connectBetter = async (current: Endpoint, over: AbortSignal): Promise<StreamConnection | undefined> => {
    while (!over.aborted) {
      const endpoints = await receiver.better(current, over);
      try {
        if (endpoints.length > 0) return await open(endpoints, over);
      } catch (error) {
        log.debug({ host, reason: describeStreamFailure(error) }, 'cannot move to another receiver yet');
      }
    }
    return undefined;
  };

  const use = async (connection: StreamConnection): Promise<SessionOutcome> => {
    const before = trouble;
    const leaving = new AbortController();
    const over = new AbortController();
    peer = renderHostPort({ host: connection.endpoint.address, port: connection.endpoint.port });
    let cancelSettling: (() => void) | undefined;
    const moving = connectBetter(connection.endpoint, AbortSignal.any([over.signal, closing, aborting])).then(
      (next) => {
        if (next === undefined || over.signal.aborted) return next;
        cancelSettling = clock.schedule(SETTLE_MS, () => connection.destroy());
        leaving.abort();
        return next;
      },
    );
    const onReady = (): void => {
      trouble = undefined;
      meter.connected(true);
      log.info({ host, peer }, 'connected to the receiver');
    };
    const end = await runSession({ connection, closing, leaving: leaving.signal, onReady });
    over.abort();
    cancelSettling?.();
    const next = await moving;
    if (leaving.signal.aborted) {
      receiver.moved();
      meter.moved(end.resent);
      log.info({ host, from: peer, resent: end.resent }, 'moves to another address of the receiver');
      peer = undefined;
      return { ...end, next };
    }
    meter.connected(false);
    peer = undefined;
    trouble = end.reason;
    if (isDone()) return { ...end, next };
    meter.lost(end.resent);
    const { reason, resent } = end;
    log[before === reason ? 'debug' : 'warn']({ host, reason, resent }, 'the connection to the receiver is lost');
    return { ...end, next };
  };

  /** Whether a session was good enough for the next one to begin as if none had failed. */
  const judge = (
    { endpoint }: StreamConnection,
    { hasProgress, next }: SessionOutcome,
    startedAtMs: number,
  ): boolean => {
    // A receiver that accepts and closes at once is no better than one that refuses.
    const isGood = hasProgress || clock.monotonicMs() - startedAtMs >= backoff.capMs;
    if (isGood) receiver.succeeded(endpoint);
    if (next === undefined) receiver.failed(endpoint);
    return isGood || next !== undefined;
  };

  const run = async (): Promise<void> => {
    let attempt = 0;
    let next: StreamConnection | undefined;
    while (!isDone()) {
      const startedAtMs = clock.monotonicMs();
      const connection = next ?? (await connect());
      const outcome = connection === undefined ? undefined : await use(connection);
      next = outcome?.next;
      if (isDone()) break;
      if (connection !== undefined && outcome !== undefined && judge(connection, outcome, startedAtMs)) attempt = 0;
      if (next !== undefined) continue;
      await sleep(clock, backoffDelayMs(attempt++, backoff, random), interruption());
    }
    next?.destroy();
  };

  return {
    start() {
      running = run();
    },
    stop: (giveUp) => stopping(giveUp, running),
    get trouble() {
      return trouble;
    },
    get peer() {
      return peer;
    },
  };
}

interface SessionOutcome extends SessionEnd {
  /** To another endpoint, where the session goes on. */
  readonly next: StreamConnection | undefined;
}
