import type { OutstandingMessage } from './outstanding.ts';

/** How a session ended. */
export interface SessionOutcome {
  /** Closed, reset or broken off by the receiver: not a time limit of this side. */
  readonly byReceiver: boolean;
  /** Messages confirmed in it. */
  readonly confirmed: number;
  readonly outstanding: number;
  readonly oldest: OutstandingMessage | undefined;
}

/** What is held against the oldest message of the queue. */
export interface Suspicion {
  /** Sessions in a row that ended with it alone. */
  readonly sessions: number;
  /** What to do with it: send only so much of it as every receiver takes, or give it up; undefined to send it again. */
  readonly verdict: 'cut' | 'drop' | undefined;
}

export const noSuspicion: Suspicion = { sessions: 0, verdict: undefined };

/** No receiver of rsyslog's takes less: its `maxMessageSize` unless told otherwise, the least of imrelp's `maxDataSize`. */
export const SAFE_BYTES = 8_096;

/** After so many a message is given up that was refused. */
const REFUSED_SESSIONS = 3;
/** After so many one is cut: a few in a row may end by chance, while receiver and network fail. */
const CUT_SESSIONS = 10;

/**
 * Finds the message that makes a receiver end every session, as imrelp does with `oversizeMode="abort"` when one is too
 * long. Without this a route would stand still before it for ever. Short messages are above suspicion, unless the
 * receiver has refused them in so many words: then it is the receiver that is at fault.
 */
export function suspect(before: Suspicion, { byReceiver, confirmed, outstanding, oldest }: SessionOutcome): Suspicion {
  if (confirmed > 0) return noSuspicion;
  if (!byReceiver || outstanding !== 1 || oldest === undefined) return { ...before, verdict: undefined };
  const isRefused = oldest.refusals > 0;
  if (!isRefused && oldest.message.length <= SAFE_BYTES) return before;
  const sessions = before.sessions + 1;
  if (sessions < (isRefused ? REFUSED_SESSIONS : CUT_SESSIONS)) return { sessions, verdict: undefined };
  return isRefused ? { sessions: 0, verdict: 'drop' } : { sessions, verdict: 'cut' };
}
