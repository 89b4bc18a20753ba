import type { MxRecord } from '@wharf/dns-wire';
import type { Labels } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';
import type { AnswerContext } from './context.ts';
import { serviceTarget } from './service-target.ts';

/**
 * The MX records of a name (RFC 1035, section 3.3.9), one for each record with `mail` and a host: the preference is the
 * record's priority, 0 being the default as in SRV, and the exchange is what would be SRV's target.
 */
export function mailRecords(
  name: Labels,
  records: readonly IndexedRecord[],
  context: AnswerContext,
): readonly MxRecord[] {
  return records.flatMap((record): MxRecord[] => {
    const exchange = record.service.mail === true ? serviceTarget(record) : undefined;
    if (exchange === undefined) return [];
    const preference = record.service.priority || context.policy.priority;
    return [{ name, class: 'IN', ttl: context.ttlOf(record), type: 'MX', preference, exchange }];
  });
}
