import { utf8Boundary } from '../lines/utf8-boundary.ts';

/** The most that a datagram holds over IPv4 (RFC 5426, section 3.2). */
export const DATAGRAM_LIMIT = 65_507;

/** How messages follow each other on a TCP connection (RFC 6587, section 3.4). */
export type TcpFraming = 'traditional' | 'octet-counted';

const LINE_FEED = 0x0a;

/**
 * One message a datagram: a longer one is cut between characters and keeps its LF. What is cut is copied: a queue would
 * otherwise hold the whole message, up to sixteen times what it counts.
 */
export function frameDatagram(message: Buffer): Buffer {
  if (message.length <= DATAGRAM_LIMIT) return message;
  const end = utf8Boundary(message, DATAGRAM_LIMIT - 1);
  const datagram = Buffer.from(message.subarray(0, end + 1));
  datagram[end] = LINE_FEED;
  return datagram;
}

/**
 * `traditional`: the message's own LF ends it. `octet-counted`: its length, a space, the message; the length counts
 * the LF, as the original's does.
 */
export function frameStream(message: Buffer, framing: TcpFraming): Buffer {
  if (framing === 'traditional') return message;
  return Buffer.concat([Buffer.from(`${message.length} `, 'latin1'), message]);
}
