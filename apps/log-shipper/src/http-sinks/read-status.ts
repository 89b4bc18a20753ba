import { type HttpAnswer, quoteAnswer } from './http-answer.ts';
import type { Verdict } from './verdict.ts';

/** What an answer means by its status alone (RFC 9110, section 15). */
export function readStatus(answer: HttpAnswer): Verdict {
  const { status, retryAfterMs, body } = answer;
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  const said = quoteAnswer(body);
  const reason = said === '' ? describeStatus(answer) : `${describeStatus(answer)}: ${said}`;
  if (status === 400 || status === 413 || status === 422) {
    return { kind: 'refused', reason, isTooLong: status === 413 };
  }
  return { kind: 'failed', reason, ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }) };
}

function describeStatus({ status, location }: HttpAnswer): string {
  const meaning = status >= 300 && status < 400 ? redirection(location) : MEANINGS[status];
  return meaning === undefined ? `the receiver answers ${status}` : `the receiver answers ${status}: ${meaning}`;
}

/** Where to, without what may be secret in it. */
function redirection(location: string | undefined): string {
  const target = quoteAnswer((location ?? '').replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//'));
  const where = target === '' ? 'somewhere else' : `to ${target}`;
  return `it sends ${where}, which is not followed: name the right address in the route`;
}

const MEANINGS: Readonly<Record<number, string>> = {
  401: 'it wants other credentials, see authorization-file',
  403: 'these credentials may not do this',
  404: 'there is nothing at this path',
  405: 'this path takes no POST',
  408: 'the request took too long',
  413: 'the request is too long',
  415: 'it does not take this kind of body; with gzip=off it might',
  429: 'it has too much to do',
  503: 'it is not available',
};
