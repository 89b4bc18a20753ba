import type { HostPort } from '@wharf/agent';
import type { Message, Question } from '@wharf/dns-wire';
import type { Result } from '@wharf/record-schema';
import type { QueryOptions } from './upstream-query.ts';

/**
 * - `question`: it cannot be written as a packet; no server would fare better.
 * - `timeout`: the server was silent for too long.
 * - `network`: the system says that the server cannot be reached.
 * - `answer`: what the server said is no answer: an error, a referral, more than fits.
 * - `aborted`: nobody waits any more.
 */
export type ExchangeFailureCode = 'question' | 'timeout' | 'network' | 'answer' | 'aborted';

export interface ExchangeFailure {
  readonly code: ExchangeFailureCode;
  /** Continues a sentence that begins with the server: `did not answer within 2000 ms`. */
  readonly message: string;
}

/** What an exchange with a server came to. */
export type ExchangeOutcome = Result<Message, ExchangeFailure>;

/** Asks one server once; the message is an answer to this question, whatever it says. */
export type Exchange = (ask: {
  /** An IP address and a port. */
  readonly server: HostPort;
  readonly question: Question;
  readonly options: QueryOptions;
  /** Milliseconds to wait, over UDP and then again over TCP. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}) => Promise<ExchangeOutcome>;
