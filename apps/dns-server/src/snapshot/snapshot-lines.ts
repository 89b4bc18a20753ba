import type { IndexedRecord } from '../records/indexed-record.ts';
import {
  renderDelete,
  renderEnd,
  renderHeader,
  renderPut,
  renderPutText,
  type SnapshotMoment,
  type SnapshotOrigin,
} from './snapshot-format.ts';

/** What a snapshot is made of while the records go on changing. */
export interface SnapshotSource {
  readonly origin: SnapshotOrigin;
  /** The records, in any order; one that changes while they are walked may come as it was, as it is, twice or not. */
  readonly records: Iterable<IndexedRecord>;
  /** Each key that has changed since the walk began, with its record now, in the order of the changes. */
  readonly changed: Map<string, IndexedRecord | undefined>;
  /** A key that is no record's, and its value, as of now. */
  readonly configuration?: () => { readonly key: string; readonly value: string } | undefined;
  /** Called once, when everything is written that has changed until then: what changes later is not in the snapshot. */
  readonly end: () => SnapshotMoment;
}

/**
 * The lines of a snapshot but for the checksum, made one at a time so that the event loop runs in between. What changes
 * meanwhile is said again behind the records; so the whole is what the store held at the moment that its end names.
 */
export function* snapshotLines(source: SnapshotSource): Generator<string, void> {
  const { origin, records, changed, end } = source;
  yield renderHeader(origin);
  for (const { key, service } of records) yield renderPut(key, service);
  for (const [key, record] of changed) {
    changed.delete(key);
    yield record === undefined ? renderDelete(key) : renderPut(key, record.service);
  }
  const moment = end();
  const configuration = source.configuration?.();
  if (configuration !== undefined) yield renderPutText(configuration.key, configuration.value);
  yield renderEnd(moment);
}
