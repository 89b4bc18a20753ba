import { decodeMessage, type Message, type Question, Rcode, sameName } from '@wharf/dns-wire';
import type { Result } from '@wharf/record-schema';

/**
 * Why a packet is not the answer that is waited for:
 * - `source`: it does not come from the server that was asked.
 * - `unreadable`: it is no DNS message.
 * - `id`: it has another ID.
 * - `query`: it is a query, or of another operation.
 * - `question`: it answers another question.
 */
export type IgnoredReason = 'source' | 'unreadable' | 'id' | 'query' | 'question';

const ID_OCTETS = 2;

/**
 * Reads a packet as the answer to `query`: ID, QR bit, operation and question must be the query's (RFC 5452, section
 * 9.1). The ID is looked at first, so that a flood of guesses is cheap. A server that could not read the query says
 * FORMERR, and may not be able to repeat the question.
 */
export function readAnswer(query: Message, packet: Buffer): Result<Message, IgnoredReason> {
  if (packet.length < ID_OCTETS) return { ok: false, error: 'unreadable' };
  if (packet.readUInt16BE(0) !== query.id) return { ok: false, error: 'id' };
  const decoded = decodeMessage(packet);
  if (!decoded.ok) return { ok: false, error: 'unreadable' };
  const message = decoded.value;
  if (!message.response || message.opcode !== query.opcode) return { ok: false, error: 'query' };
  return isAbout(message, query.questions) ? decoded : { ok: false, error: 'question' };
}

function isAbout({ questions, rcode }: Message, asked: readonly Question[]): boolean {
  if (questions.length === 0 && rcode === Rcode.FORMERR) return true;
  return (
    questions.length === asked.length &&
    questions.every((question, at) => {
      const other = asked[at];
      return other !== undefined && isSameQuestion(question, other);
    })
  );
}

function isSameQuestion(one: Question, other: Question): boolean {
  return one.type === other.type && one.class === other.class && sameName(one.name, other.name);
}
