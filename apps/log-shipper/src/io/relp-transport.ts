import { VERSION } from '@wharf/agent';
import { utf8Boundary } from '../lines/utf8-boundary.ts';
import { createRelpSession, type RelpSessionSettings, relpSessionDefaults } from '../relp/relp-session.ts';
import { noSuspicion, SAFE_BYTES, type Suspicion, suspect } from '../relp/suspicion.ts';
import { type RelpRunEnd, runRelpSession } from './run-relp-session.ts';
import {
  createStreamTransport,
  type SessionContext,
  type SessionEnd,
  type StreamSettings,
} from './stream-transport.ts';
import type { Transport, TransportContext } from './transport.ts';

export interface RelpSettings extends StreamSettings {
  readonly session?: Partial<RelpSessionSettings>;
}

const SOFTWARE = `wharf,${VERSION}`;
/** Refusals are logged so often at most. */
const REFUSAL_LOG_MS = 60_000;

/**
 * Sends over RELP, over TCP or TLS: the receiver acknowledges each message, and only then it is confirmed. What was
 * not acknowledged when a connection is lost is sent again on the next one: at least once, and twice what the receiver
 * had taken and not acknowledged.
 *
 * Given up are messages that the receiver refuses again and again; cut are those with which it ends every session.
 */
export function createRelpTransport(settings: RelpSettings, context: TransportContext): Transport {
  const { queue, clock, log, meter } = context;
  let suspicion: Suspicion = noSuspicion;
  /** The message that is sent cut, perhaps in one session after the other, counts once. */
  let isCutCounted = false;
  let refusalLoggedAtMs = Number.NEGATIVE_INFINITY;

  const onRefusal = (answer: string, dropped: number): void => {
    if (dropped > 0) meter.dropped('refused', dropped);
    const nowMs = clock.monotonicMs();
    if (nowMs - refusalLoggedAtMs < REFUSAL_LOG_MS) return;
    refusalLoggedAtMs = nowMs;
    log.warn({ answer, dropped }, 'the receiver refuses messages, which are given up when it does so again');
  };
  const cutFirst = (message: Buffer): Buffer =>
    suspicion.verdict === 'cut' ? message.subarray(0, utf8Boundary(message, SAFE_BYTES)) : message;
  /** Looks for a message that ends every session; returns how many were dropped. */
  const judge = (end: RelpRunEnd): number => {
    suspicion = suspect(suspicion, end);
    const { reason } = end;
    if (end.confirmed > 0) isCutCounted = false;
    if (suspicion.verdict === undefined) return 0;
    if (suspicion.verdict === 'cut') {
      if (isCutCounted) return 0;
      isCutCounted = true;
      meter.cut();
      log.warn({ reason, bytes: SAFE_BYTES }, 'the receiver ends every session at a long message, which is sent cut');
      return 0;
    }
    queue.confirm(queue.take(1, 1).length);
    onRefusal(reason, 1);
    return 1;
  };

  const runSession = async (given: SessionContext): Promise<SessionEnd> => {
    const session = createRelpSession({ ...relpSessionDefaults, software: SOFTWARE, ...settings.session });
    const end = await runRelpSession({ ...given, session, queue, clock, meter, onRefusal, cutFirst });
    const dropped = judge(end);
    return { reason: end.reason, resent: end.outstanding - dropped, hasProgress: end.confirmed > 0 };
  };
  return createStreamTransport(settings, runSession, context);
}
