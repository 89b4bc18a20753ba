import type { AaaaRecord, ARecord, QuestionType, ResourceRecord } from '@wharf/dns-wire';
import type { Labels } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';
import { parseReverseName } from '../records/reverse-name.ts';
import { addressesBehind, addressRecord } from './addresses.ts';
import { aliasOf } from './alias.ts';
import { apexNameServers } from './apex.ts';
import type { AnswerContext } from './context.ts';
import { pointerRecords } from './discovery.ts';
import { mailRecords } from './mail.ts';
import { soaRecord } from './soa.ts';
import { srvRecords } from './srv.ts';
import { textRecords } from './text.ts';
import { isApex } from './zone.ts';

/** The records of one type that a name has; `records` is what `lookUp` knows about the name. */
export type Answerer = (
  name: Labels,
  records: readonly IndexedRecord[],
  context: AnswerContext,
) => readonly ResourceRecord[];

/** One line for each type that can be asked for; every other type has no records. */
const answerers: Readonly<Partial<Record<QuestionType, Answerer>>> = {
  A: (name, records, context) => addressRecords(name, records, context).filter(({ type }) => type === 'A'),
  AAAA: (name, records, context) => addressRecords(name, records, context).filter(({ type }) => type === 'AAAA'),
  CNAME: (name, records, context) => {
    const alias = aliasOf(name, records, context);
    return alias === undefined ? [] : [alias];
  },
  NS: (name, _records, context) => {
    const zone = context.zoneOf(name);
    return zone !== undefined && isApex(name, zone) ? apexNameServers(name, zone, context) : [];
  },
  SOA: (name, _records, context) => {
    const zone = context.zoneOf(name);
    return zone !== undefined && isApex(name, zone) ? [soaRecord(zone, context, name, context.policy.ttlSeconds)] : [];
  },
  MX: mailRecords,
  PTR: pointerRecords,
  SRV: srvRecords,
  TXT: textRecords,
  // RFC 8482, section 4.2: one record that says why there are not all of them.
  ANY: (name, _records, context) => [
    { name, class: 'IN', ttl: context.policy.ttlSeconds, type: 'HINFO', cpu: 'RFC8482', os: '' },
  ],
};

/** The types that say what a record's host is; at a reverse name only PTR does. */
const HOST_TYPES: ReadonlySet<QuestionType> = new Set(['A', 'AAAA', 'CNAME', 'MX', 'SRV']);

/** How to make the records of `type`. */
export function answererOf(type: QuestionType): Answerer {
  const answerer = answerers[type] ?? (() => []);
  if (!HOST_TYPES.has(type)) return answerer;
  return (name, records, context) => (parseReverseName(name) === undefined ? answerer(name, records, context) : []);
}

/** The addresses of a name, of both families; none for an alias, whose CNAME says where they are. */
export function addressRecords(
  name: Labels,
  records: readonly IndexedRecord[],
  context: AnswerContext,
): readonly (ARecord | AaaaRecord)[] {
  if (aliasOf(name, records, context) !== undefined) return [];
  return addressesBehind(name, records, context).map((address) => addressRecord(name, address));
}
