import type { Clock, Logger, Metrics } from '@wharf/agent';
import type { Revision } from '@wharf/etcd-client';
import type { DnsServerConfig, SnapshotConfig } from './config.ts';
import { restoreSnapshot } from './io/restore-snapshot.ts';
import { createSnapshotSaver, type SnapshotSaver, type SnapshotSaverOptions } from './io/snapshot-saver.ts';
import type { dnsServerMetrics } from './metrics.ts';
import { createZoneData, type ZoneData } from './records/zone-data.ts';
import { createRejectionReporter } from './report-rejected.ts';
import type { SnapshotMoment } from './snapshot/snapshot-format.ts';

export interface KeptRecordsOptions {
  readonly config: Pick<DnsServerConfig, 'pathPrefix' | 'snapshot'>;
  /** What the index's hashes of names begin with. */
  readonly nameSeed: number;
  /** What the store has beside the records, which a snapshot is to have, too. */
  readonly configuration: NonNullable<SnapshotSaverOptions['configuration']>;
  readonly metrics: Metrics<typeof dnsServerMetrics>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The records in memory, and on disk where the configuration says so; metrics and log tell what becomes of them. */
export interface KeptRecords {
  readonly data: ZoneData;
  /** The revision of the store that they are those of; undefined while there are none. */
  revision(): Revision | undefined;
  /** When they were current, in milliseconds since 1970, if they are from disk or were until the store was read. */
  snapshotMs(): number | undefined;
  /** The configuration beside them is another. */
  configured(): void;
  /** Whether the store is followed. */
  following(isFollowed: boolean): void;
  /**
   * Reads those on disk, unless the store is read before.
   * @param into where to, by way of whoever wants to see them
   * @returns when they were current; undefined when there are none
   */
  restore(into: Pick<ZoneData, 'restore'>): Promise<SnapshotMoment | undefined>;
  /** Writes what is not on disk yet; nothing may change any more. */
  stop(): Promise<void>;
}

export function createKeptRecords(options: KeptRecordsOptions): KeptRecords {
  const { config, metrics, clock, log } = options;
  const origin = { pathPrefix: config.pathPrefix };
  const rejections = createRejectionReporter(log);
  const restoring = new AbortController();
  let isStoreRead = false;
  let revision: Revision | undefined;
  let snapshotMs: number | undefined;

  const data = createZoneData({
    prefix: config.pathPrefix,
    nameSeed: options.nameSeed,
    onRejected: (key, reason) => rejections.onRejected(key, reason),
    onUpdated(reached) {
      revision = reached;
      rejections.onUpdated();
      if (isStoreRead) saver?.reached(reached);
      showRecords(data, reached, metrics);
    },
    onChanged: (key, record) => saver?.changed(key, record),
    onReplaced() {
      isStoreRead = true;
      restoring.abort();
      saver?.replaced();
    },
  });

  const createSaver = (snapshot: SnapshotConfig): SnapshotSaver =>
    createSnapshotSaver({
      ...snapshot,
      origin,
      records: () => data.index.records(),
      configuration: options.configuration,
      clock,
      log,
      onSaved({ currentMs }) {
        metrics.snapshots.inc({ outcome: 'written' });
        metrics.snapshotTime.set(currentMs / 1_000);
      },
      onFailed: () => metrics.snapshots.inc({ outcome: 'failed' }),
    });
  const saver = config.snapshot && createSaver(config.snapshot);

  return {
    data,
    revision: () => revision,
    snapshotMs: () => snapshotMs,
    configured: () => saver?.configured(),
    following: (isFollowed) => saver?.following(isFollowed),
    async restore(source) {
      if (config.snapshot === undefined) return undefined;
      const into = { restore: () => source.restore(), count: () => data.index.size };
      const moment = await restoreSnapshot({ ...config.snapshot, origin, into, signal: restoring.signal, clock, log });
      if (moment === undefined) return undefined;
      snapshotMs = moment.currentMs;
      metrics.snapshotTime.set(moment.currentMs / 1_000);
      return moment;
    },
    async stop() {
      restoring.abort();
      await saver?.stop();
    },
  };
}

function showRecords(data: ZoneData, revision: Revision, metrics: KeptRecordsOptions['metrics']): void {
  metrics.storeRevision.set(revision);
  metrics.records.set(data.index.size);
  metrics.rejectedRecords.set(data.rejected.size);
  metrics.leases.set(data.leases.size);
}
