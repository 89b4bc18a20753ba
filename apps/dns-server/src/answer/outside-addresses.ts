import type { AaaaRecord, ARecord, ResourceRecord } from '@wharf/dns-wire';
import type { Labels } from '@wharf/record-schema';
import type { AnswerContext } from './context.ts';

/** What other name servers say about the addresses of a name outside of the zones, with the aliases on the way. */
export function outsideAddressRecords(name: Labels, { elsewhere }: AnswerContext): readonly ResourceRecord[] {
  return (['A', 'AAAA'] as const).flatMap((type) => {
    const answer = elsewhere({ name, type, class: 'IN' }, 'helpful');
    if (answer.outcome !== 'answered') return [];
    const { answers } = answer.message;
    return answers.some((record) => record.type === type) ? answers : [];
  });
}

/** The addresses among them; each lives no longer than the aliases that lead there. */
export function outsideAddresses(name: Labels, context: AnswerContext): readonly (ARecord | AaaaRecord)[] {
  const records = outsideAddressRecords(name, context);
  const ttl = Math.min(...records.flatMap((record) => (record.type === 'CNAME' ? [record.ttl] : [])));
  return records.flatMap((record) =>
    record.type === 'A' || record.type === 'AAAA' ? [{ ...record, ttl: Math.min(record.ttl, ttl) }] : [],
  );
}
