import { type Message, type Question, type ResourceRecord, sameName } from '@wharf/dns-wire';

/**
 * An answer as whoever asked `question` expects it: with the name in their case, as question and as owner of records.
 * Answers are shared by those who ask the same name in another case, and some clients look (RFC 4343, section 4.1).
 */
export function withCaseOf(question: Question, message: Message): Message {
  const rename = (record: ResourceRecord): ResourceRecord =>
    sameName(record.name, question.name) ? { ...record, name: question.name } : record;
  return {
    ...message,
    questions: [question],
    answers: message.answers.map(rename),
    authorities: message.authorities.map(rename),
    additionals: message.additionals.map(rename),
  };
}
