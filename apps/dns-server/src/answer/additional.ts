import type { Name, ResourceRecord } from '@wharf/dns-wire';
import { nameIdentity } from '../records/names.ts';
import type { AnswerContext } from './context.ts';
import { instanceRecords } from './discovery.ts';
import { outsideAddressRecords } from './outside-addresses.ts';
import { addressRecords } from './records-of-type.ts';
import { resolve } from './resolve.ts';

/** More than a client can use: a reply over UDP holds about 20 names with their addresses. */
const MAX_TARGETS = 100;

/** After so many records, nothing more is looked up: these are hints, and a question must not take long. */
export const MAX_RECORDS_READ = 10_000;

/**
 * What the client asks next about the names that answers point to: addresses (RFC 2782, "Usage rules"; RFC 1035, sections
 * 3.3.9 and 3.3.11), and before them an instance's SRV and TXT (RFC 6763, section 12.1). In the order of the answers, with the
 * aliases on the way; only what is known, and only for the first hundred names of each kind, or as many as
 * `MAX_RECORDS_READ` allows. The records of a set are neighbours, as the encoder wants them to leave sets out as wholes.
 */
export function additionalRecords(
  answers: readonly ResourceRecord[],
  unlimited: AnswerContext,
): readonly ResourceRecord[] {
  let read = 0;
  const context: AnswerContext = {
    ...unlimited,
    lookUp(name) {
      const records = unlimited.lookUp(name);
      read += records?.length ?? 0;
      return records;
    },
  };
  const seen = new Set<string>();
  const addressesOf = (records: readonly ResourceRecord[]): readonly ResourceRecord[] =>
    records.flatMap((record) => {
      const target = hostNamedBy(record);
      if (target === undefined || seen.size === MAX_TARGETS || read > MAX_RECORDS_READ) return [];
      const identity = nameIdentity(target);
      if (seen.has(identity)) return [];
      seen.add(identity);
      return knownAddresses(target, context);
    });
  const instances = answers.flatMap((answer) => (answer.type === 'PTR' ? [answer.target] : [])).slice(0, MAX_TARGETS);
  const ofInstances = instances.flatMap((instance) => {
    if (read > MAX_RECORDS_READ) return [];
    const records = instanceRecords(instance, context);
    return [...records, ...addressesOf(records)];
  });
  return [...ofInstances, ...addressesOf(answers)];
}

/** The host whose addresses go with the record. */
function hostNamedBy(record: ResourceRecord): Name | undefined {
  if (record.type === 'MX') return record.exchange;
  return record.type === 'SRV' || record.type === 'NS' ? record.target : undefined;
}

function knownAddresses(target: Name, context: AnswerContext): readonly ResourceRecord[] {
  if (context.zoneOf(target) === undefined) return outsideAddressRecords(target, context);
  const { outcome, name, aliases, data } = resolve(target, addressRecords, context);
  if (outcome === 'outside') {
    const outside = outsideAddressRecords(name, context);
    return outside.length === 0 ? [] : [...aliases, ...outside];
  }
  if (data.length === 0) return [];
  return [...aliases, ...['A', 'AAAA'].flatMap((type) => data.filter((record) => record.type === type))];
}
