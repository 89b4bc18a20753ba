import { lookup } from 'node:dns/promises';

export interface Address {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name, or of an address itself, in the order to try them; rejects when there is none. */
export type Lookup = (host: string) => Promise<readonly Address[]>;

/** As the host resolves names: its hosts file, its name servers. */
export const systemLookup: Lookup = (host) => lookup(host, { all: true, verbatim: true });

/** A network error as the end of a sentence that begins with what was tried. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return FAILURES[code] ?? error.message;
}

const FAILURES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name does not resolve',
  EAI_AGAIN: 'no name server answers',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by the receiver',
  EPIPE: 'connection closed by the receiver',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'the network is unreachable',
};
