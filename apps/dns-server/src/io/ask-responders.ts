import { MAX_MESSAGE_OCTETS } from '@wharf/dns-wire';
import type { Client, Responders } from './responder.ts';

/** One for all: a reply that is there at once is valid until the next call. */
const scratch = Buffer.allocUnsafeSlow(MAX_MESSAGE_OCTETS);

/** What a server says to a query, as a `Responder` would; for transports that have no place of their own for a reply. */
export function askResponders(
  { respond, respondQuickly }: Responders,
  query: Buffer,
  client: Client,
): ReturnType<Responders['respond']> {
  const octets = respondQuickly?.(query, 0, query.length, client, scratch, 0) ?? 0;
  return octets > 0 ? scratch.subarray(0, octets) : respond(query, client);
}
