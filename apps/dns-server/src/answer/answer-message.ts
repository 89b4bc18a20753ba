import {
  type ExtendedError,
  ExtendedErrorCode,
  extendedErrorOption,
  type Message,
  type Name,
  Opcode,
  type Question,
  Rcode,
  replyTo,
} from '@wharf/dns-wire';
import { parseReverseName } from '../records/reverse-name.ts';
import { answerQuestion } from './answer-question.ts';
import { isAnsweredHere } from './answered-here.ts';
import { answerChaos } from './chaos.ts';
import type { AnswerContext } from './context.ts';
import { emptyReply, type Reply } from './reply.ts';

/**
 * How good the records are:
 * - `loading`: they were never read from the store: nothing is known.
 * - `current`: they are what the store holds.
 * - `stale`: they were, but the store is away.
 */
export type DataState = 'loading' | 'current' | 'stale';

/** Answers a query; undefined when it must not be answered, because it is an answer itself. */
export function answerMessage(query: Message, state: DataState, context: AnswerContext): Message | undefined {
  if (query.response) return undefined;
  const { extendedErrors, ...reply } = answerQuery(query, state, context);
  return replyTo(query, { ...reply, options: extendedErrors.map(extendedErrorOption) });
}

function answerQuery(query: Message, state: DataState, context: AnswerContext): Reply {
  // RFC 6891, section 6.1.3: whatever is asked, for nobody knows what that means in another version.
  if ((query.edns?.version ?? 0) > 0) return emptyReply(Rcode.BADVERS);
  if (query.opcode !== Opcode.QUERY) return emptyReply(Rcode.NOTIMP);
  const [question] = query.questions;
  // RFC 9619, section 4.
  if (question === undefined || query.questions.length > 1) return emptyReply(Rcode.FORMERR);
  if (question.class === 'CH') return answerChaos(question, context.server);
  if (question.class !== 'IN') return emptyReply(Rcode.NOTIMP);
  return answerFrom(state, question, context);
}

function answerFrom(state: DataState, question: Question, context: AnswerContext): Reply {
  const { name } = question;
  if (state === 'loading' && mayBeAnsweredHere(name, context)) return emptyReply(Rcode.SERVFAIL, notReady);
  const isOurs = isAnsweredHere(name, context);
  const reply = answerQuestion(question, context);
  if (state === 'loading' && leadsHere(reply, context)) return emptyReply(Rcode.SERVFAIL, notReady);
  if (state !== 'stale' || !isOurs) return reply;
  return { ...reply, extendedErrors: [...reply.extendedErrors, staleness(reply.rcode)] };
}

/** While nothing is known, any reverse name may be one that has records. */
function mayBeAnsweredHere(name: Name, context: AnswerContext): boolean {
  return context.zoneOf(name) !== undefined || parseReverseName(name) !== undefined;
}

/** Whether aliases elsewhere lead to a name that is answered here. */
function leadsHere({ answers }: Reply, context: AnswerContext): boolean {
  return answers.some((record) => record.type === 'CNAME' && mayBeAnsweredHere(record.target, context));
}

const notReady: ExtendedError = {
  code: ExtendedErrorCode.NOT_READY,
  text: 'the records have not been read from the store yet',
};

/** RFC 8914, sections 4.4 and 4.20. */
function staleness(rcode: number): ExtendedError {
  return {
    code: rcode === Rcode.NXDOMAIN ? ExtendedErrorCode.STALE_NXDOMAIN : ExtendedErrorCode.STALE_ANSWER,
    text: 'the store of the records is away',
  };
}
