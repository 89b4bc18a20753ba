import type { HostPort } from '@wharf/agent';

/** How names outside of the zones are answered. It may be another from one question to the next. */
export interface ForwardConfig {
  /** Who is asked, by IP address; undefined: those of the system. */
  readonly nameservers: readonly HostPort[] | undefined;
  /** Whether nobody is asked, the servers of stub zones apart. */
  readonly noRec: boolean;
  /** Names of fewer labels are not asked about. */
  readonly ndots: number;
  /** Whether each question begins with another server. */
  readonly rotate: boolean;
  /** Milliseconds to wait for each server. */
  readonly timeoutMs: number;
  /** Most answers that are kept; 0 for none. */
  readonly cacheEntries: number;
  /** Seconds that an answer is kept at most. */
  readonly cacheSeconds: number;
  /** Whether records say who is asked about other zones (`readStubZones`). */
  readonly stubZones: boolean;
  /** Whose questions are passed on: those of hosts nearby (`isLocalClient`), or everybody's. */
  readonly clients: 'local' | 'all';
}
