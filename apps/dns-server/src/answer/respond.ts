import {
  decodeRequest,
  encodeMessage,
  MAX_MESSAGE_OCTETS,
  type Message,
  MIN_UDP_OCTETS,
  Rcode,
  replyTo,
  SAFE_UDP_OCTETS,
} from '@wharf/dns-wire';

/** RFC 1035, section 4.1.1: the header's length, and bits of its third octet. */
const HEADER_OCTETS = 12;
const QR = 0x80;
const OPCODE_AND_RD = 0x79;

export type Transport = 'udp' | 'tcp';

/** What became of a packet: `query` is absent when it could not be read, `reply` when nothing is sent. */
export interface Exchange {
  readonly query?: Message;
  readonly reply?: { readonly message: Message; readonly bytes: Buffer };
  /** Why the packet could not be read, or the reply not be written as it was meant. */
  readonly problem?: string;
}

/**
 * From the bytes of a query to the bytes of the reply. The query's bytes are not looked at after it returns.
 * @param answer undefined for messages that must not be answered
 */
export function respond(
  bytes: Uint8Array,
  transport: Transport,
  answer: (query: Message) => Message | undefined,
): Exchange;
/** The same where an answer may take time, and then the exchange does. */
export function respond(
  bytes: Uint8Array,
  transport: Transport,
  answer: (query: Message) => Message | undefined | Promise<Message | undefined>,
): Exchange | Promise<Exchange>;
export function respond(
  bytes: Uint8Array,
  transport: Transport,
  answer: (query: Message) => Message | undefined | Promise<Message | undefined>,
): Exchange | Promise<Exchange> {
  const decoded = decodeRequest(bytes);
  if (!decoded.ok) {
    const { reply, message: problem } = decoded.error;
    return reply === undefined ? { problem } : { problem, ...encodeReply(reply, MIN_UDP_OCTETS) };
  }
  const query = decoded.value;
  const reply = answer(query);
  return reply instanceof Promise
    ? reply.then((later) => exchangeOf(query, transport, later))
    : exchangeOf(query, transport, reply);
}

function exchangeOf(query: Message, transport: Transport, reply: Message | undefined): Exchange {
  if (reply === undefined) return { query };
  const limit = replyLimit(query, transport);
  const encoded = encodeReply(reply, limit);
  if (encoded.reply !== undefined) return { query, ...encoded };
  const failure = encodeReply(replyTo(query, { rcode: Rcode.SERVFAIL }), limit);
  return { query, ...failure, ...(encoded.problem === undefined ? {} : { problem: encoded.problem }) };
}

/** RFC 6891, section 6.2.5, and never so much that a datagram is cut up on its way (RFC 9715, section 3.1). */
function replyLimit(query: Message, transport: Transport): number {
  if (transport === 'tcp') return MAX_MESSAGE_OCTETS;
  return query.edns === undefined ? MIN_UDP_OCTETS : Math.min(query.edns.udpSize, SAFE_UDP_OCTETS);
}

function encodeReply(message: Message, limit: number): Exchange {
  const encoded = encodeMessage(message, { limit });
  return encoded.ok ? { reply: { message, bytes: encoded.value } } : { problem: encoded.error.message };
}

/**
 * SERVFAIL without a look at anything but the header, for when answering itself failed; undefined when the bytes are
 * no query.
 */
export function serverFailure(query: Uint8Array): Buffer | undefined {
  const [high = 0, low = 0, flags = 0] = query;
  if (query.length < HEADER_OCTETS || (flags & QR) !== 0) return undefined;
  const reply = Buffer.alloc(HEADER_OCTETS);
  reply.set([high, low, QR | (flags & OPCODE_AND_RD), Rcode.SERVFAIL]);
  return reply;
}
