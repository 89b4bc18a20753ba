import { NO_LEASE } from '@wharf/etcd-client';
import { type Labels, renderRecord, type ServiceRecord } from '@wharf/record-schema';
import { parseHost } from '../records/host.ts';
import type { IndexedRecord, StoredRecord } from '../records/indexed-record.ts';

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

/** The record as the store holds it. */
export function storedForm({ key, service, lease = NO_LEASE }: IndexedRecord): StoredRecord {
  return { key, value: renderRecord(service), lease };
}
