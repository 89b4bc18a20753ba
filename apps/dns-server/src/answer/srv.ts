import type { SrvRecord } from '@wharf/dns-wire';
import type { Labels } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';
import type { AnswerContext } from './context.ts';
import { serviceTarget } from './service-target.ts';

/**
 * The SRV records of a name (RFC 2782), one for each record with a host: the target is the host's name, or, where the
 * host is an address, the record's own name less `targetstrip` labels.
 */
export function srvRecords(
  name: Labels,
  records: readonly IndexedRecord[],
  context: AnswerContext,
): readonly SrvRecord[] {
  const answering = records.flatMap((record) => {
    const target = serviceTarget(record);
    const { weight, priority = 0 } = record.service;
    return target === undefined ? [] : [{ record, target, weight, priority: priority || context.policy.priority }];
  });
  const shares = shareWeights(answering);
  return answering.map(({ record, target, priority }, at) => ({
    name,
    class: 'IN',
    ttl: context.ttlOf(record),
    type: 'SRV',
    priority,
    weight: shares[at] ?? 0,
    port: record.service.port ?? 0,
    target,
  }));
}

/**
 * SkyDNS's weights: each record's share, in whole percent, of all weights of its priority; no weight counts as 100.
 * Rounded down, so that a share below one percent is 0, which RFC 2782 lets a client choose rarely, but not never.
 */
export function shareWeights(
  records: readonly { readonly priority: number; readonly weight: number | undefined }[],
): readonly number[] {
  const totals = new Map<number, number>();
  for (const { priority, weight } of records) totals.set(priority, (totals.get(priority) ?? 0) + (weight || 100));
  return records.map(({ priority, weight }) =>
    Math.floor((100 * (weight || 100)) / (totals.get(priority) ?? Number.POSITIVE_INFINITY)),
  );
}
