import type { ExtendedError, ResourceRecord } from '@wharf/dns-wire';

/** What the server says to a question, before it is put into a message. */
export interface Reply {
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
  /** For clients that speak EDNS. */
  readonly extendedErrors: readonly ExtendedError[];
}

/** Says nothing but `rcode`. */
export function emptyReply(rcode: number, ...extendedErrors: readonly ExtendedError[]): Reply {
  return { rcode, authoritative: false, answers: [], authorities: [], additionals: [], extendedErrors };
}
