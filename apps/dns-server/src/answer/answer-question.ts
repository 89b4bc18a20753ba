import { type ExtendedError, ExtendedErrorCode, type Question, Rcode } from '@wharf/dns-wire';
import { additionalRecords } from './additional.ts';
import { isAnsweredHere } from './answered-here.ts';
import type { AnswerContext } from './context.ts';
import { outsideReply } from './outside-reply.ts';
import { emptyReply, type Reply } from './reply.ts';
import type { Resolution } from './resolve.ts';
import { resolveEverywhere } from './resolve-everywhere.ts';
import { unifySets } from './rrsets.ts';
import { soaRecord } from './soa.ts';

/** Types that ask for a copy of the zone, which nobody may have. */
const TRANSFERS: ReadonlySet<string> = new Set(['AXFR', 'IXFR']);

const noTransfer: ExtendedError = { code: ExtendedErrorCode.PROHIBITED, text: 'the zone is not transferred' };

/**
 * Answers a question of class IN from the records of the zones and from what is known of other name servers. Everything it
 * depends on is in its arguments.
 */
export function answerQuestion(question: Question, context: AnswerContext): Reply {
  if (TRANSFERS.has(question.type)) return emptyReply(Rcode.REFUSED, noTransfer);
  const resolution = resolveEverywhere(question, context);
  const { aliases } = resolution;
  const isOurs = isAnsweredHere(question.name, context);
  if (resolution.place === 'outside') return outsideReply(aliases, resolution.answer, isOurs);
  const { outcome, name: last, data } = resolution.end;
  const isNegative = outcome === 'no-name' || outcome === 'no-data';
  const zone = isNegative ? context.zoneOf(last) : undefined;
  return {
    // RFC 6604, section 3: with aliases, the code is about the last name of the chain.
    rcode: outcome === 'no-name' ? Rcode.NXDOMAIN : Rcode.NOERROR,
    authoritative: isOurs,
    answers: unifySets([...aliases, ...data]),
    // RFC 2308, section 3: the SOA record's TTL is how long the absence may be remembered. A reverse name outside of the
    // zones has none, and its absences are not remembered.
    authorities: zone === undefined ? [] : [soaRecord(zone, context, zone.domain, context.policy.minTtlSeconds)],
    additionals: unifySets(additionalRecords(data, context)),
    extendedErrors: extendedErrorsOf(outcome),
  };
}

function extendedErrorsOf(outcome: Resolution['outcome']): readonly ExtendedError[] {
  if (outcome === 'circle') return [{ code: ExtendedErrorCode.OTHER, text: 'the chain of aliases goes in circles' }];
  if (outcome === 'too-long') return [{ code: ExtendedErrorCode.OTHER, text: 'the chain of aliases is too long' }];
  return [];
}
