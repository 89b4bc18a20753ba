import type { Labels, ServiceRecord } from '@wharf/record-schema';
import { parseHost } from '../records/host.ts';
import type { IndexedRecord } from '../records/indexed-record.ts';

/** A record as it is indexed, for tests: its key is its name, reversed. */
export function record(name: Labels, service: ServiceRecord, more: Partial<IndexedRecord> = {}): IndexedRecord {
  const host = service.host === undefined ? undefined : parseHost(service.host);
  if (host?.ok === false) throw new Error(host.error);
  return {
    key: `/skydns/${name.toReversed().join('/')}`,
    name,
    isNameUsable: true,
    service,
    ...(host === undefined ? {} : { host: host.value }),
    ...more,
  };
}
