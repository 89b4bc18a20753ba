import { domainProblem, type Labels } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';

/**
 * The name of what a record stands for, as SRV and MX records give it: the host's name, or, where the host is an
 * address, the record's own name less `targetstrip` labels. Undefined without a host, and when no packet can carry it.
 */
export function serviceTarget({ host, name, isNameUsable, service }: IndexedRecord): Labels | undefined {
  if (host === undefined) return undefined;
  if (host.type === 'name') return host.name;
  const target = name.slice(service.targetStrip ?? 0);
  return target.length > 0 && (isNameUsable || domainProblem(target) === undefined) ? target : undefined;
}
