import { Opcode } from './codes.ts';
import type { Message, Question } from './message.ts';

/** The query for `question`, recursion desired, without EDNS (RFC 1035, section 4.1). */
export function plainQuery(id: number, question: Question): Message {
  return {
    id,
    response: false,
    opcode: Opcode.QUERY,
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: false,
    authenticData: false,
    checkingDisabled: false,
    rcode: 0,
    questions: [question],
    answers: [],
    authorities: [],
    additionals: [],
  };
}
