import { MAX_MESSAGE_OCTETS, MIN_UDP_OCTETS, SAFE_UDP_OCTETS } from '@wharf/dns-wire';
import type { Transport } from '../answer/respond.ts';
import type { ScannedQuery } from './scan-query.ts';

/** How many octets the reply to a query may have (RFC 6891, section 6.2.5; RFC 9715, section 3.1). */
export function replyLimit(transport: Transport, { hasEdns, udpSize }: ScannedQuery): number {
  if (transport === 'tcp') return MAX_MESSAGE_OCTETS;
  return hasEdns ? Math.min(Math.max(udpSize, MIN_UDP_OCTETS), SAFE_UDP_OCTETS) : MIN_UDP_OCTETS;
}

/** To how many a reply is cut that has more: clients choose the limit, and each would have replies of its own. */
export function cutLimit(limit: number): number {
  return limit < SAFE_UDP_OCTETS ? MIN_UDP_OCTETS : limit;
}
