import { type BackoffPolicy, backoffDelayMs, defaultBackoff, renderHostPort, sleep } from '@wharf/agent';
import { createResendWindow, type ResendLimits } from '../queue/resend-window.ts';
import { describeFailure } from './lookup.ts';
import { openTcpConnection, type TcpConnection } from './tcp-connection.ts';
import { runTcpSession } from './tcp-session.ts';
import { createStopper, type Transport, type TransportContext } from './transport.ts';
import { until } from './until.ts';

export interface TcpSettings {
  readonly host: string;
  readonly port: number;
  /** What is sent again when a connection is lost. */
  readonly resend: ResendLimits;
  readonly backoff?: BackoffPolicy;
}

/**
 * Sends over one TCP connection at a time, for ever. Without one, the name is resolved and every address tried in
 * turn, then all again after a growing delay. When a connection is lost, what left the kernel's hands unknown is sent
 * again on the next one.
 *
 * TCP syslog has no acknowledgement: what the receiver's kernel took and the receiver never read is lost when it was
 * written longer ago than the resend window; what the receiver did read within the window arrives twice.
 */
export function createTcpTransport(settings: TcpSettings, context: TransportContext): Transport {
  const { host, port, resend, backoff = defaultBackoff } = settings;
  const { queue, clock, random, log, meter, lookup } = context;
  const { closing, aborting, stopping } = createStopper();
  let trouble: string | undefined = 'not connected yet';
  let peer: string | undefined;
  let running = Promise.resolve();

  const isDone = (): boolean => aborting.aborted || (closing.aborted && queue.messages === 0);

  const connect = async (): Promise<TcpConnection | undefined> => {
    try {
      return await openTcpConnection(await until(lookup(host), aborting), port, aborting);
    } catch (error) {
      const reason = describeFailure(error);
      // The first failure of a kind is news, its repetitions are not.
      log[trouble === reason ? 'debug' : 'warn']({ host, port, reason }, 'cannot connect to the receiver');
      trouble = reason;
      return undefined;
    }
  };

  const use = async (connection: TcpConnection): Promise<void> => {
    peer = renderHostPort({ host: connection.address, port });
    trouble = undefined;
    meter.connected(true);
    log.info({ host, peer }, 'connected to the receiver');
    const window = createResendWindow(resend);
    const resent = await runTcpSession({ connection, queue, window, clock, meter, closing: closing });
    meter.connected(false);
    peer = undefined;
    trouble = connection.lossReason;
    if (isDone()) return;
    meter.lost(resent);
    log.warn({ host, port, reason: trouble, resent }, 'the connection to the receiver is lost');
  };

  const run = async (): Promise<void> => {
    let attempt = 0;
    while (!isDone()) {
      const startedAtMs = clock.monotonicMs();
      const connection = await connect();
      if (connection !== undefined) await use(connection);
      if (isDone()) return;
      // A receiver that accepts and closes at once is no better than one that refuses.
      if (connection !== undefined && clock.monotonicMs() - startedAtMs >= backoff.capMs) attempt = 0;
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
