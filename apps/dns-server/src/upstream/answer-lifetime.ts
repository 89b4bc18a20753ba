import { type Message, type Question, Rcode, type ResourceRecord } from '@wharf/dns-wire';
import { isAskedType, siftAnswer } from './sift-answer.ts';

/** What is longer than a day is a mistake more often than not (RFC 8767, section 4, would allow a week). */
const MAX_CACHED_SECONDS = 86_400;
/** RFC 2308, section 5: values of one to three hours work well. */
const MAX_NEGATIVE_SECONDS = 10_800;

/** An answer as it is kept. */
export interface KeptAnswer {
  /** Sifted, and no TTL in it is longer than it may be kept. */
  readonly message: Message;
  /** The smallest of its TTLs; at least 1. */
  readonly lifetimeSeconds: number;
}

/**
 * The answer as it may be kept, and for how long: as long as all of its records live. One that says "there is none" may
 * be kept as its SOA record says, by the smaller of its TTL and its minimum (RFC 2308, section 5). Undefined for what must
 * not be kept: errors, what is truncated, what lives for less than a second, and a "there is none" without SOA record.
 */
export function keepAnswer(question: Question, received: Message): KeptAnswer | undefined {
  const { rcode, truncated } = received;
  if (truncated || (rcode !== Rcode.NOERROR && rcode !== Rcode.NXDOMAIN)) return undefined;
  const message = siftAnswer(question, received);
  const isNegative = saysNone(question, message);
  if (isNegative && !message.authorities.some(({ type }) => type === 'SOA')) return undefined;
  const limited = mapRecords(message, (record) => withTtl(record, keptSeconds(record, isNegative)));
  const ttls = [...limited.answers, ...limited.authorities, ...limited.additionals].map(({ ttl }) => ttl);
  const lifetimeSeconds = Math.min(...ttls);
  return lifetimeSeconds >= 1 && ttls.length > 0 ? { message: limited, lifetimeSeconds } : undefined;
}

/** The answer after it was kept for so many whole seconds, fewer than its lifetime. */
export function ageAnswer(message: Message, seconds: number): Message {
  return mapRecords(message, (record) => withTtl(record, Math.max(0, record.ttl - seconds)));
}

/** Whether an answer says that there is no such name, or nothing of the type at the name asked for or where its CNAMEs lead. */
function saysNone(question: Question, { rcode, answers }: Message): boolean {
  if (rcode === Rcode.NXDOMAIN) return true;
  return !answers.some((record) => isAskedType(record, question));
}

function keptSeconds(record: ResourceRecord, isNegative: boolean): number {
  const ttl = Math.min(record.ttl, MAX_CACHED_SECONDS);
  return isNegative && record.type === 'SOA' ? Math.min(ttl, record.minimum, MAX_NEGATIVE_SECONDS) : ttl;
}

function mapRecords(message: Message, change: (record: ResourceRecord) => ResourceRecord): Message {
  return {
    ...message,
    answers: message.answers.map(change),
    authorities: message.authorities.map(change),
    additionals: message.additionals.map(change),
  };
}

function withTtl(record: ResourceRecord, ttl: number): ResourceRecord {
  return { ...record, ttl };
}
