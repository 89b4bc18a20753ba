import { type HttpAnswer, quoteAnswer } from './http-answer.ts';
import { readStatus } from './read-status.ts';
import type { ItemOutcome, Verdict } from './verdict.ts';

/** Leaves of each item only what is read here; the status keeps items in their places. */
export const BULK_FILTER = 'errors,items.*.status,items.*.error.type,items.*.error.reason';

interface BulkItem {
  readonly status: number;
  readonly error: string;
}

/**
 * What the answer to a bulk request means, which is 200 even when nothing was stored: each action has a status of its own. 409
 * is a document that was there before; 400 one that the mapping refuses. What is about the index or the credentials (403, 404), or
 * about load (429, 5xx), says nothing against the document: it is sent again.
 */
export function readBulkAnswer(answer: HttpAnswer, messages: number): Verdict {
  const verdict = readStatus(answer);
  if (verdict.kind !== 'accepted') return verdict;
  if (answer.isCut) {
    // Of one document alone nothing shorter can be asked.
    return { kind: messages > 1 ? 'unclear' : 'failed', reason: 'the receiver answers more than is read of an answer' };
  }
  const items = parseBulkItems(answer.body, messages);
  if (items === 'no errors') return { kind: 'accepted' };
  if (items === undefined) {
    return {
      kind: 'failed',
      reason: `the receiver does not answer as Elasticsearch does: ${quoteAnswer(answer.body)}`,
    };
  }
  const outcomes = items.map(({ status }) => outcomeOf(status));
  // What is tried again holds everything up, so its reason comes first.
  const spoken = items.find((_, index) => outcomes[index] === 'again') ?? items.find(({ status }) => isRefusal(status));
  return spoken === undefined
    ? { kind: 'items', outcomes }
    : { kind: 'items', outcomes, reason: quoteAnswer(`the receiver answers ${spoken.status} ${spoken.error}`) };
}

function outcomeOf(status: number): ItemOutcome {
  if (status >= 200 && status < 300) return 'done';
  if (status === 409) return 'duplicate';
  return isRefusal(status) ? 'refused' : 'again';
}

function isRefusal(status: number): boolean {
  return status === 400 || status === 413 || status === 422;
}

/** Undefined for what is no answer to a bulk request of so many actions. */
function parseBulkItems(text: string, messages: number): readonly BulkItem[] | 'no errors' | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(answer)) return undefined;
  if (answer['errors'] === false) return 'no errors';
  const items: unknown = answer['items'];
  if (!Array.isArray(items) || items.length !== messages) return undefined;
  const parsed = items.map(parseItem);
  return parsed.every((item) => item !== undefined) ? parsed : undefined;
}

/** `{"create":{"status":400,"error":{"type":"...","reason":"..."}}}` */
function parseItem(item: unknown): BulkItem | undefined {
  const result = isObject(item) ? item['create'] : undefined;
  if (!isObject(result) || typeof result['status'] !== 'number') return undefined;
  const error = isObject(result['error']) ? result['error'] : {};
  const texts = [error['type'], error['reason']].filter((text) => typeof text === 'string');
  return { status: result['status'], error: texts.join(': ') };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
