import type { Host } from './host.ts';
import type { IndexedRecord } from './indexed-record.ts';
import { nameIdentity } from './names.ts';

/**
 * What a name answers with, of the records at and below it: those that `group` leaves, each answer once, in the order
 * of their keys, so that servers with the same records agree.
 */
export function selectRecords(collected: readonly IndexedRecord[]): readonly IndexedRecord[] {
  if (collected.length < 2) return collected;
  const sorted = collected.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return withoutDuplicates(ofRulingGroup(sorted));
}

/**
 * SkyDNS's groups: the group of the shortest key rules, records of other groups are left out and those without one
 * stay. Different groups at the same shortest depth, or none there, switch it off.
 */
export function ofRulingGroup(records: readonly IndexedRecord[]): readonly IndexedRecord[] {
  const depth = Math.min(...records.map(({ name }) => name.length));
  const ruling = new Set(records.filter(({ name }) => name.length === depth).map(groupOf));
  ruling.delete('');
  if (ruling.size !== 1) return records;
  return records.filter((record) => groupOf(record) === '' || ruling.has(groupOf(record)));
}

/** Keeps the first of the records that would answer alike: same host, port, priority, weight, text and mail. */
export function withoutDuplicates(records: readonly IndexedRecord[]): readonly IndexedRecord[] {
  const seen = new Set<string>();
  return records.filter(({ host, service }) => {
    const { port = 0, priority = 0, weight = 0, text = '', mail = false } = service;
    const identity = `${hostIdentity(host)}\n${port}\n${priority}\n${weight}\n${mail}\n${text}`;
    return !seen.has(identity) && seen.add(identity);
  });
}

function groupOf({ service }: IndexedRecord): string {
  return service.group ?? '';
}

function hostIdentity(host: Host | undefined): string {
  if (host === undefined) return '';
  return host.type === 'name' ? nameIdentity(host.name) : host.address;
}
