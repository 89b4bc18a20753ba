import { type Clock, type Logger, renderDuration } from '@wharf/agent';
import type { ZoneData } from '../records/zone-data.ts';
import { SnapshotError } from '../snapshot/snapshot-error.ts';
import type { SnapshotMoment, SnapshotOrigin } from '../snapshot/snapshot-format.ts';
import { readSnapshot } from './read-snapshot.ts';

export interface RestoreSnapshotOptions {
  readonly file: string;
  readonly origin: SnapshotOrigin;
  readonly maxAgeMs: number;
  readonly into: Pick<ZoneData, 'restore'> & {
    /** How many records there are. */
    count(): number;
  };
  /** Aborted when the store has been read, so that the snapshot is not needed any more. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Puts the records of a snapshot in the place of none. One that cannot be used is named in the log with the reason, and
 * nothing of it is taken.
 * @returns when the records were current; undefined when there are none
 */
export async function restoreSnapshot(options: RestoreSnapshotOptions): Promise<SnapshotMoment | undefined> {
  const { file, origin, maxAgeMs, into, signal, clock, log } = options;
  const startedMs = clock.monotonicMs();
  const restore = into.restore();
  try {
    const moment = await readSnapshot(file, {
      origin,
      nowMs: clock.wallMs(),
      maxAgeMs,
      signal,
      onLine: (line) => (line.type === 'put' ? restore.put(line.key, line.value) : restore.remove(line.key)),
    });
    if (signal.aborted) throw new SnapshotError('stopped', `the snapshot ${file} is not needed any more`);
    restore.commit(moment.revision);
    const took = renderDuration(Math.round(clock.monotonicMs() - startedMs));
    log.info(
      { file, records: into.count(), current: new Date(moment.currentMs).toISOString(), took },
      'records are answered from the snapshot until the store has been read',
    );
    return moment;
  } catch (error) {
    restore.abort();
    const code = error instanceof SnapshotError ? error.code : undefined;
    if (code === 'missing') log.info({ file }, 'there is no snapshot yet');
    else if (code === 'no-folder') log.warn({ file }, 'no snapshot can be kept: its folder does not exist');
    else if (code !== 'stopped') log.warn({ err: error }, 'the snapshot is not answered from');
    return undefined;
  }
}
