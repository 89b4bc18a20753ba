import { Rcode, type ResourceRecord } from '@wharf/dns-wire';
import type { OutsideAnswer } from './outside-lookup.ts';
import type { Reply } from './reply.ts';

/**
 * What is said when a question leads out of the zones. Who may not have others asked gets the aliases as they are, and can
 * go on from there; who may, and nobody answers, is told so: an alias alone would say that its name has no such records.
 * @param isOurs whether the name that was asked for is one of the zones
 */
export function outsideReply(aliases: readonly ResourceRecord[], outside: OutsideAnswer, isOurs: boolean): Reply {
  const reply: Reply = {
    rcode: Rcode.NOERROR,
    // RFC 1035, section 4.1.1: with aliases, it is about the first name of the chain.
    authoritative: isOurs,
    answers: aliases,
    authorities: [],
    additionals: [],
    extendedErrors: [],
  };
  switch (outside.outcome) {
    case 'answered': {
      const { rcode, answers, authorities, additionals } = outside.message;
      return { ...reply, rcode, answers: [...aliases, ...answers], authorities, additionals };
    }
    case 'failed':
      return { ...reply, rcode: Rcode.SERVFAIL, extendedErrors: [outside.extendedError] };
    case 'refused':
      return aliases.length > 0 ? reply : { ...reply, rcode: outside.rcode, extendedErrors: [outside.extendedError] };
    case 'unknown':
      return reply;
    default:
      return outside satisfies never;
  }
}
