import type { Name, ResourceRecord } from '@wharf/dns-wire';
import { isWithin, nameIdentity } from '../records/names.ts';
import type { AnswerContext } from './context.ts';
import { addressRecords } from './records-of-type.ts';
import { resolve } from './resolve.ts';

/** More than a client can use: a reply over UDP holds about 20 names with their addresses. */
const MAX_TARGETS = 100;

/**
 * The addresses of the names that answers point to (RFC 2782, "Usage rules"; RFC 1035, section 3.3.11), in the order of
 * the answers, with the aliases on the way; only what is known in the zone, and only for the first hundred names. The
 * records of a set are neighbours, as the encoder wants them to leave sets out as wholes.
 */
export function additionalRecords(
  answers: readonly ResourceRecord[],
  context: AnswerContext,
): readonly ResourceRecord[] {
  const targets = new Map<string, Name>();
  for (const answer of answers) {
    if (answer.type !== 'SRV' && answer.type !== 'NS') continue;
    if (isWithin(answer.target, context.zone.domain)) targets.set(nameIdentity(answer.target), answer.target);
    if (targets.size === MAX_TARGETS) break;
  }
  return Array.from(targets.values()).flatMap((target) => {
    const { aliases, data } = resolve(target, addressRecords, context);
    if (data.length === 0) return [];
    return [...aliases, ...['A', 'AAAA'].flatMap((type) => data.filter((record) => record.type === type))];
  });
}
