import { createResendWindow, type ResendLimits } from '../queue/resend-window.ts';
import {
  createStreamTransport,
  type SessionContext,
  type SessionEnd,
  type StreamSettings,
} from './stream-transport.ts';
import { runTcpSession } from './tcp-session.ts';
import type { Transport, TransportContext } from './transport.ts';

export interface TcpSettings extends StreamSettings {
  /** What is sent again when a connection is lost. */
  readonly resend: ResendLimits;
}

/**
 * Sends over one TCP or TLS connection at a time. When a connection is lost, what left the kernel's hands unknown is
 * sent again on the next one.
 *
 * TCP syslog has no acknowledgement: what a kernel took, the receiver's or, where that has vanished, this host's, and the
 * receiver never read is lost when it was written longer ago than the resend window; what the receiver did read within
 * the window arrives twice.
 */
export function createTcpTransport(settings: TcpSettings, context: TransportContext): Transport {
  const { queue, clock, meter } = context;
  const runSession = async ({ connection, closing, leaving, onReady }: SessionContext): Promise<SessionEnd> => {
    onReady();
    const window = createResendWindow(settings.resend);
    const resent = await runTcpSession({ connection, queue, window, clock, meter, closing, leaving });
    return { reason: connection.lossReason, resent, hasProgress: false };
  };
  return createStreamTransport(settings, runSession, context);
}
