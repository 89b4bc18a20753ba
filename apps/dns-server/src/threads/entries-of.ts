import { type Entry, NO_LEASE } from '@wharf/etcd-client';
import { renderRecord } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';

/** Records as a store would list them; what happened to them there is not known any more. */
export function* entriesOf(records: Iterable<IndexedRecord>): Generator<Entry, void> {
  for (const { key, service, lease } of records) {
    yield { key, value: renderRecord(service), createRevision: 0, modRevision: 0, lease: lease ?? NO_LEASE };
  }
}
