import { type Message, plainQuery, type Question, SAFE_UDP_OCTETS } from '@wharf/dns-wire';
import { stubOption } from './stub-option.ts';

export interface QueryOptions {
  /** The DO bit (RFC 3225); false when absent. */
  readonly dnssecOk?: boolean;
  /** Whether it goes to a stub zone's server, and so carries the option that keeps it from going round in circles. */
  readonly isStub?: boolean;
}

/** The query for `question`, recursion desired, with EDNS and room for 1232 octets (RFC 9715). */
export function upstreamQuery(id: number, question: Question, options: QueryOptions = {}): Message {
  return {
    ...plainQuery(id, question),
    edns: {
      version: 0,
      udpSize: SAFE_UDP_OCTETS,
      dnssecOk: options.dnssecOk ?? false,
      options: options.isStub === true ? [stubOption()] : [],
    },
  };
}

/** The same query for servers that do not know EDNS (RFC 6891, section 6.2.2). */
export function withoutEdns(query: Message): Message {
  const { edns, ...plain } = query;
  return edns === undefined ? query : plain;
}
