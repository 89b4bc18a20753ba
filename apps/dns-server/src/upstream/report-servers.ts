import { type Logger, renderHostPort } from '@wharf/agent';
import type { UpstreamTry } from './create-upstream.ts';

/** One lost packet is not worth a line. */
const SILENT_TRIES = 3;

/** Servers that are watched at once: stub zones can name any number. */
const MAX_SERVERS = 256;

/** Logs when a name server stops to answer, and when it does again; to be called for each try. */
export function createServerReporter(log: Logger): (one: UpstreamTry) => void {
  /** How often in a row each was silent. */
  const silent = new Map<string, number>();
  return ({ server: address, outcome }) => {
    if (outcome === 'aborted' || outcome === 'question') return;
    const server = renderHostPort(address);
    const before = silent.get(server) ?? 0;
    if (outcome === 'answered' || outcome === 'answer') {
      silent.delete(server);
      if (before >= SILENT_TRIES) log.info({ server }, 'a name server answers again');
      return;
    }
    if (before === 0 && silent.size >= MAX_SERVERS) return;
    silent.set(server, before + 1);
    if (before + 1 === SILENT_TRIES) log.warn({ server, outcome }, 'a name server does not answer');
  };
}
