import { createHash, timingSafeEqual } from 'node:crypto';
import { isLoopbackHostHeader } from '@wharf/agent';

/** What of a request decides whether it is heard. */
export interface RequestFacts {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly isUpgrade: boolean;
  readonly host: string | undefined;
  readonly authorization: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site` and `Sec-Fetch-Mode`, which browsers send and pages cannot change. */
  readonly fetchSite: string | undefined;
  readonly fetchMode: string | undefined;
}

export interface AccessRules {
  /** The server listens on loopback. */
  readonly isLocal: boolean;
  /** What every request but /health must bear; undefined for nothing. */
  readonly token: string | undefined;
}

/** Why a request is not heard. */
export interface Refusal {
  readonly status: 401 | 403 | 421;
  readonly message: string;
}

/**
 * Whether a request is refused before anybody looks at what it asks for.
 *
 * A server on loopback answers to names of loopback alone, or a page could read it through a name of its own (DNS
 * rebinding). Pages of other sites may link to it, and nothing else: they could not read the answers, but add and
 * delete routes, take up the places of viewers, and read websockets, which browsers do not guard.
 */
export function refuseRequest(facts: RequestFacts, { isLocal, token }: AccessRules): Refusal | undefined {
  if (isLocal && !isLoopbackHostHeader(facts.host ?? '')) {
    return { status: 421, message: 'this server answers for localhost only' };
  }
  if (token !== undefined && facts.path !== '/health' && !bears(facts.authorization, token)) {
    return { status: 401, message: 'this server wants the header Authorization: Bearer <token>' };
  }
  const isLink = facts.method === 'GET' && !facts.isUpgrade && facts.fetchMode === 'navigate';
  if (!isLink && isForeign(facts)) return { status: 403, message: 'pages of other sites are not served' };
  return undefined;
}

/** Compares without telling by its time how much is right. */
function bears(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(?<token>\S+)$/i.exec(authorization ?? '')?.groups?.['token'] ?? '';
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** A page of another site, or of none, has sent it; other clients than browsers send neither header. */
function isForeign({ host, origin, fetchSite }: RequestFacts): boolean {
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') return true;
  if (origin === undefined) return false;
  return URL.parse(origin)?.host.toLowerCase() !== host?.toLowerCase();
}
