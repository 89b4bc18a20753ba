import { type ExtendedError, ExtendedErrorCode } from '@wharf/dns-wire';

/**
 * - `no-servers`: there is nobody to ask.
 * - `overloaded`: too many questions are under way; this one was not asked.
 * - `closed`: the server is shutting down.
 * - `question`: the question cannot be written as a packet.
 * - `unanswered`: no server gave an answer that can be used.
 * - `network`: no server could even be reached.
 */
export type UpstreamErrorCode = 'no-servers' | 'overloaded' | 'closed' | 'question' | 'unanswered' | 'network';

/** Why there is no answer from other name servers; the client gets SERVFAIL. */
export interface UpstreamError {
  readonly code: UpstreamErrorCode;
  /** A sentence for logs: who was asked last, and what came of it. */
  readonly message: string;
  /** What the client may be told about it (RFC 8914); it names no server. */
  readonly extendedError: ExtendedError;
}

const TOLD: Readonly<Record<UpstreamErrorCode, ExtendedError>> = {
  'no-servers': { code: ExtendedErrorCode.NO_REACHABLE_AUTHORITY, text: 'no name servers to ask' },
  overloaded: { code: ExtendedErrorCode.OTHER, text: 'too many questions to other name servers' },
  closed: { code: ExtendedErrorCode.NOT_READY, text: 'shutting down' },
  question: { code: ExtendedErrorCode.OTHER, text: 'the question cannot be passed on' },
  unanswered: { code: ExtendedErrorCode.NO_REACHABLE_AUTHORITY, text: 'no name server gave an answer' },
  network: { code: ExtendedErrorCode.NETWORK_ERROR, text: 'no name server can be reached' },
};

/** An error with what clients are told about its kind. */
export function upstreamError(code: UpstreamErrorCode, message: string): UpstreamError {
  return { code, message, extendedError: TOLD[code] };
}
