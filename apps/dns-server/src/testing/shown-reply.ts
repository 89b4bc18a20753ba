import type { DnsReply, ExpectedReply } from '@wharf/testkit';

/** A reply as scenarios write it. */
export function showReply(reply: DnsReply): ExpectedReply {
  return {
    rcode: reply.rcode,
    authoritative: reply.packet.flag_aa,
    truncated: reply.packet.flag_tc,
    answers: reply.texts,
    authorities: reply.authorities,
    additionals: reply.additionals,
    extendedErrors: reply.edns?.extendedErrors ?? [],
  };
}
