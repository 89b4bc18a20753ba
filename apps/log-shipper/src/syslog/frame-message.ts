import { utf8Boundary } from '../lines/utf8-boundary.ts';
import type { MessageBuilder } from '../queue/message-builder.ts';

/** The most that a datagram holds over IPv4 (RFC 5426, section 3.2). */
export const DATAGRAM_LIMIT = 65_507;

/** How messages follow each other on a TCP connection (RFC 6587, section 3.4). */
export type TcpFraming = 'traditional' | 'octet-counted';

/** `bare` leaves the message as it is: its carrier frames it. */
export type Framing = 'datagram' | 'bare' | TcpFraming;

const LINE_FEED = 0x0a;

/**
 * Ends the message that is being written, whose text is complete and has no LF at its end yet.
 * - `traditional`: an LF ends it.
 * - `octet-counted`: its length, a space, the message; the length counts an LF at its end, as the original's does.
 * - `datagram`: with an LF, as the original's; one that is too long is cut between characters and keeps its LF.
 * - `bare`: nothing is added.
 * @returns false when it had to be cut
 */
export function endMessage(out: MessageBuilder, framing: Framing): boolean {
  if (framing === 'bare') {
    out.end();
    return true;
  }
  const fits = framing !== 'datagram' || out.messageBytes < DATAGRAM_LIMIT;
  if (!fits) out.cut(utf8Boundary(out.message(), DATAGRAM_LIMIT - 1));
  out.octet(LINE_FEED);
  if (framing === 'octet-counted') out.prepend(`${out.messageBytes} `);
  out.end();
  return fits;
}
