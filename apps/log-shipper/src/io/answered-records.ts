import { type Message, type ResourceRecord, sameName } from '@wharf/dns-wire';

type RecordOf<T extends ResourceRecord['type']> = Extract<ResourceRecord, { readonly type: T }>;

/** What was asked for, and how long it holds: a set of records as long as the least of them, aliases included. */
export interface AnsweredRecords<T extends ResourceRecord['type']> {
  readonly records: readonly RecordOf<T>[];
  readonly ttlSeconds: number;
}

/** The records of one type at the name that was asked for, or at what it is an alias of. */
export function answeredRecords<T extends ResourceRecord['type']>(
  { questions: [question], answers }: Message,
  type: T,
): AnsweredRecords<T> {
  let name = question?.name ?? [];
  const ttls: number[] = [];
  for (const record of answers) {
    if (record.type !== 'CNAME' || !sameName(record.name, name)) continue;
    name = record.target;
    ttls.push(record.ttl);
  }
  const isMeant = (record: ResourceRecord): record is RecordOf<T> =>
    record.type === type && sameName(record.name, name);
  const records = answers.filter(isMeant);
  return { records, ttlSeconds: Math.min(...ttls, ...records.map(({ ttl }) => ttl)) };
}
