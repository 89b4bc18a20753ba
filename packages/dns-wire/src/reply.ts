import { SAFE_UDP_OCTETS } from './limits.ts';
import type { EdnsOption, Message, ResourceRecord } from './message.ts';

export interface ReplyFields {
  /** 0 to 4095; one above 15, such as BADVERS, cannot be told to a client without EDNS. NOERROR when absent. */
  readonly rcode?: number;
  readonly authoritative?: boolean;
  readonly recursionAvailable?: boolean;
  readonly answers?: readonly ResourceRecord[];
  readonly authorities?: readonly ResourceRecord[];
  readonly additionals?: readonly ResourceRecord[];
  /** Left out when the query has no EDNS. */
  readonly options?: readonly EdnsOption[];
  /** The largest UDP payload that the server itself takes; 1232 when absent. */
  readonly udpSize?: number;
}

/**
 * The reply to a query: its ID, opcode, question (with its case), RD and CD come back, and EDNS is there exactly when the
 * query has it, in version 0, with the query's DO bit (RFC 6891 section 6.1.1 and 7, RFC 3225 section 3). Several
 * questions, an error (RFC 9619), do not come back: together they can be longer than a reply may be.
 */
export function replyTo(query: Message, fields: ReplyFields): Message {
  const reply: Message = {
    id: query.id,
    response: true,
    opcode: query.opcode,
    authoritative: fields.authoritative ?? false,
    truncated: false,
    recursionDesired: query.recursionDesired,
    recursionAvailable: fields.recursionAvailable ?? false,
    authenticData: false,
    checkingDisabled: query.checkingDisabled,
    rcode: fields.rcode ?? 0,
    questions: query.questions.length === 1 ? query.questions : [],
    answers: fields.answers ?? [],
    authorities: fields.authorities ?? [],
    additionals: fields.additionals ?? [],
  };
  if (query.edns === undefined) return reply;
  return {
    ...reply,
    edns: {
      version: 0,
      udpSize: fields.udpSize ?? SAFE_UDP_OCTETS,
      dnssecOk: query.edns.dnssecOk,
      options: fields.options ?? [],
    },
  };
}
