import { type Clock, type HostPort, renderHostPort } from '@wharf/agent';
import type { ExchangeFailureCode } from './exchange.ts';

/** How long others are asked before a server that was silent or unreachable. */
export const SILENCE_MEMORY_MS = 10_000;

/** Servers that are remembered at once: stub zones can name any number. */
export const MAX_SILENT_SERVERS = 256;

/** Which name servers did not answer lately, so that not every question waits for them first. */
export interface SilentServers {
  /** Whether others are better asked before it. */
  has(server: HostPort): boolean;
  /**
   * A server is being asked. One whose 10 s are over has them anew until it answers: one question finds out whether it is
   * back, and those that come meanwhile do not wait with it.
   */
  onAsked(server: HostPort): void;
  /** What came of it. When there are too many to remember, the one that was asked least recently is forgotten. */
  onOutcome(server: HostPort, outcome: 'answered' | ExchangeFailureCode): void;
}

export function createSilentServers(clock: Clock): SilentServers {
  /** When each may be asked in its turn again; the earliest first. */
  const endsMs = new Map<string, number>();
  const remember = (server: string): void => {
    endsMs.delete(server);
    endsMs.set(server, clock.monotonicMs() + SILENCE_MEMORY_MS);
    const [oldest = server] = endsMs.keys();
    if (endsMs.size > MAX_SILENT_SERVERS) endsMs.delete(oldest);
  };
  return {
    has: (server) => clock.monotonicMs() < (endsMs.get(renderHostPort(server)) ?? 0),
    onAsked(address) {
      const server = renderHostPort(address);
      if (endsMs.has(server)) remember(server);
    },
    onOutcome(address, outcome) {
      const server = renderHostPort(address);
      if (outcome === 'answered' || outcome === 'answer') endsMs.delete(server);
      else if (outcome === 'timeout' || outcome === 'network') remember(server);
    },
  };
}
