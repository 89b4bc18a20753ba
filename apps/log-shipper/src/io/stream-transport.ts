import { type BackoffPolicy, backoffDelayMs, defaultBackoff, renderHostPort, sleep } from '@wharf/agent';
import { describeStreamFailure, openStreamConnection, type StreamConnection } from './stream-connection.ts';
import type { TlsSettings } from './tls-settings.ts';
import { createStopper, type Transport, type TransportContext } from './transport.ts';
import { until } from './until.ts';

export interface StreamSettings {
  readonly host: string;
  readonly port: number;
  /** Asked for before each connection, which is then over TLS. */
  readonly readTls?: (() => Promise<TlsSettings>) | undefined;
  readonly backoff?: BackoffPolicy | undefined;
}

/** What a session gets: a connection, and two ways to speak with the transport. */
export interface SessionContext {
  readonly connection: StreamConnection;
  /** Aborts when the session shall end as soon as the queue is empty. */
  readonly closing: AbortSignal;
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

/**
 * Holds one session over one connection at a time, for ever. Without one, the name is resolved and every address tried
 * in turn, then all again after a growing delay.
 */
export function createStreamTransport(
  { host, port, readTls, backoff = defaultBackoff }: StreamSettings,
  runSession: (session: SessionContext) => Promise<SessionEnd>,
  { queue, clock, random, log, meter, lookup }: TransportContext,
): Transport {
  const { closing, aborting, stopping } = createStopper();
  let trouble: string | undefined = 'not connected yet';
  let peer: string | undefined;
  let running = Promise.resolve();

  const isDone = (): boolean => aborting.aborted || (closing.aborted && queue.messages === 0);

  const connect = async (): Promise<StreamConnection | undefined> => {
    try {
      const tls = await readTls?.();
      return await openStreamConnection(await until(lookup(host), aborting), port, { tls }, aborting);
    } catch (error) {
      const reason = describeStreamFailure(error);
      // The first failure of a kind is news, its repetitions are not.
      log[trouble === reason ? 'debug' : 'warn']({ host, port, reason }, 'cannot connect to the receiver');
      trouble = reason;
      return undefined;
    }
  };

  const use = async (connection: StreamConnection): Promise<SessionEnd> => {
    const before = trouble;
    peer = renderHostPort({ host: connection.address, port });
    const onReady = (): void => {
      trouble = undefined;
      meter.connected(true);
      log.info({ host, peer }, 'connected to the receiver');
    };
    const end = await runSession({ connection, closing, onReady });
    meter.connected(false);
    peer = undefined;
    trouble = end.reason;
    if (isDone()) return end;
    meter.lost(end.resent);
    const { reason, resent } = end;
    log[before === reason ? 'debug' : 'warn']({ host, port, reason, resent }, 'the connection to the receiver is lost');
    return end;
  };

  const run = async (): Promise<void> => {
    let attempt = 0;
    while (!isDone()) {
      const startedAtMs = clock.monotonicMs();
      const connection = await connect();
      const end = connection === undefined ? undefined : await use(connection);
      if (isDone()) return;
      // A receiver that accepts and closes at once is no better than one that refuses.
      const wasLong = end !== undefined && clock.monotonicMs() - startedAtMs >= backoff.capMs;
      if (wasLong || end?.hasProgress === true) attempt = 0;
      const interrupt = queue.messages > 0 ? aborting : closing;
      await sleep(clock, backoffDelayMs(attempt++, backoff, random), interrupt);
    }
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
