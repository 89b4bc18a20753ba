import { type ExtendedError, ExtendedErrorCode, type Question, Rcode } from '@wharf/dns-wire';
import type { Labels } from '@wharf/record-schema';
import { parseReverseName } from '../records/reverse-name.ts';
import { additionalRecords } from './additional.ts';
import type { AnswerContext } from './context.ts';
import { answererOf } from './records-of-type.ts';
import { emptyReply, type Reply } from './reply.ts';
import { resolve } from './resolve.ts';
import { unifySets } from './rrsets.ts';
import { soaRecord } from './soa.ts';

/** Types that ask for a copy of the zone, which nobody may have. */
const TRANSFERS: ReadonlySet<string> = new Set(['AXFR', 'IXFR']);

const outsideZone: ExtendedError = {
  code: ExtendedErrorCode.NOT_AUTHORITATIVE,
  text: 'the name is outside of the domains of this server',
};
const noTransfer: ExtendedError = { code: ExtendedErrorCode.PROHIBITED, text: 'the zone is not transferred' };

/** Whether a name is answered from records: it is in a zone, or a reverse name that has records. */
export function isAnsweredHere(name: Labels, context: AnswerContext): boolean {
  if (context.zoneOf(name) !== undefined) return true;
  return parseReverseName(name) !== undefined && context.lookUp(name) !== undefined;
}

/** Answers a question of class IN from the records of the zones. Everything it depends on is in its arguments. */
export function answerQuestion({ name, type }: Question, context: AnswerContext): Reply {
  if (!isAnsweredHere(name, context)) return emptyReply(Rcode.REFUSED, outsideZone);
  if (TRANSFERS.has(type)) return emptyReply(Rcode.REFUSED, noTransfer);
  const { outcome, name: last, aliases, data } = resolve(name, answererOf(type), context);
  const isNegative = outcome === 'no-name' || outcome === 'no-data';
  const zone = isNegative ? context.zoneOf(last) : undefined;
  return {
    // RFC 6604, section 3: with aliases, the code is about the last name of the chain.
    rcode: outcome === 'no-name' ? Rcode.NXDOMAIN : Rcode.NOERROR,
    authoritative: true,
    answers: unifySets([...aliases, ...data]),
    // RFC 2308, section 3: the SOA record's TTL is how long the absence may be remembered. A reverse name outside of the
    // zones has none, and its absences are not remembered.
    authorities: zone === undefined ? [] : [soaRecord(zone, context, zone.domain, context.policy.minTtlSeconds)],
    additionals: unifySets(additionalRecords(data, context)),
    extendedErrors: [],
  };
}
