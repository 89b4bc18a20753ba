import { type HttpAnswer, quoteAnswer } from './http-answer.ts';
import { readStatus } from './read-status.ts';
import type { Verdict } from './verdict.ts';

/**
 * What Loki's answer to a push means. With 400 it has stored the entries of the push that it did not object to. Its text
 * tells how many it left out, but only of one stream and by one of its parts; so it is believed only when it speaks of as
 * many entries as there were. Otherwise the answer counts as a refusal, and smaller pushes show whom it is about: an entry
 * that Loki has already, with the same time and text, it does not store again.
 */
export function readLokiAnswer(answer: HttpAnswer, messages: number): Verdict {
  const verdict = readStatus(answer);
  if (answer.status !== 400) return verdict;
  const ignored = /total ignored: (\d{1,9}) out of (\d{1,9})/.exec(answer.body);
  const refusedAll = /^(\d{1,9}) errors? like: /.exec(answer.body.trim());
  const refused = Number((ignored ?? refusedAll)?.[1] ?? 0);
  const outOf = Number(ignored?.[2] ?? refused);
  if (outOf !== messages || refused === 0 || refused > messages) return verdict;
  return { kind: 'accepted', refused, reason: `the receiver answers 400: ${quoteAnswer(answer.body)}` };
}
