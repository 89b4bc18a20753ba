import { type Clock, type Logger, renderDuration } from '@wharf/agent';
import type { Revision } from '@wharf/etcd-client';
import type { IndexedRecord } from '../records/indexed-record.ts';
import { SnapshotError } from '../snapshot/snapshot-error.ts';
import type { SnapshotMoment, SnapshotOrigin } from '../snapshot/snapshot-format.ts';
import { type SnapshotSource, snapshotLines } from '../snapshot/snapshot-lines.ts';
import { writeSnapshot } from './write-snapshot.ts';

/** From the first change that is not in the file to the next snapshot: what comes meanwhile comes with it. */
export const SAVE_DELAY_MS = 5_000;

/** Writing takes no more than a 20th of the time, however many records there are. */
const PAUSE_FACTOR = 20;

/** After a snapshot that could not be written, at least. */
export const RETRY_DELAY_MS = 60_000;

/** Records that nobody changes are written again so often, because a snapshot says when they were current. */
export const LONGEST_CONFIRMATION_MS = 3_600_000;

/** What an orderly stop, which may take 10 s in all, has for the last snapshot. */
const STOP_LIMIT_MS = 6_000;

export interface SnapshotSaverOptions {
  readonly file: string;
  readonly origin: SnapshotOrigin;
  readonly maxAgeMs: number;
  /** The records as of now. */
  readonly records: () => Iterable<IndexedRecord>;
  /** The configuration beside them as of now, if there is one. */
  readonly configuration?: SnapshotSource['configuration'];
  readonly clock: Clock;
  readonly log: Logger;
  readonly onSaved: (moment: SnapshotMoment) => void;
  readonly onFailed: () => void;
}

/** Keeps a snapshot of the records on disk, behind them by some seconds. */
export interface SnapshotSaver {
  /** The store has changed one record; undefined: it is gone. */
  changed(key: string, record: IndexedRecord | undefined): void;
  /** The configuration is another. */
  configured(): void;
  /** A listing of the store has taken the place of all records. */
  replaced(): void;
  /** The records are those of this revision of the store; called after what has changed with it. */
  reached(revision: Revision): void;
  /** Whether the records are followed: from when they are not, nobody knows whether they are still true. */
  following(isFollowed: boolean): void;
  /** Writes what is not in the file yet, for at most some seconds; nothing may change any more. */
  stop(): Promise<void>;
}

/**
 * Writes the file some seconds after a change, now and then without one, and at the end; never before the store has
 * been read. What is read from a snapshot is not written as one: that would make it look younger than it is.
 */
export function createSnapshotSaver(options: SnapshotSaverOptions): SnapshotSaver {
  const { file, origin, clock, log } = options;
  const confirmationMs = Math.min(LONGEST_CONFIRMATION_MS, options.maxAgeMs / 2);
  let moment: SnapshotMoment | undefined;
  let isFollowed = false;
  let isUnsaved = false;
  let isStopped = false;
  /** Changes during the writing, which are written behind the records. */
  let catchUp: Map<string, IndexedRecord | undefined> | undefined;
  let writing: { readonly done: Promise<void>; readonly abort: AbortController } | undefined;
  let timer: { readonly dueMs: number; readonly cancel: () => void } | undefined;
  let restUntilMs = 0;

  const arm = (delayMs: number): void => {
    const dueMs = Math.max(clock.monotonicMs() + delayMs, restUntilMs);
    if (isStopped || (timer !== undefined && timer.dueMs <= dueMs)) return;
    timer?.cancel();
    timer = { dueMs, cancel: clock.schedule(dueMs - clock.monotonicMs(), onTimer) };
  };

  const onTimer = (): void => {
    timer = undefined;
    if (isUnsaved || isFollowed) save();
    else arm(confirmationMs);
  };

  const save = (): void => {
    if (writing !== undefined || moment === undefined) return;
    const abort = new AbortController();
    writing = { abort, done: write(abort.signal) };
  };

  const write = async (signal: AbortSignal): Promise<void> => {
    const startedMs = clock.monotonicMs();
    const written: { moment?: SnapshotMoment } = {};
    const changed = new Map<string, IndexedRecord | undefined>();
    const end = (): SnapshotMoment => {
      catchUp = undefined;
      isUnsaved = false;
      written.moment = momentNow();
      return written.moment;
    };
    catchUp = changed;
    try {
      const { configuration } = options;
      const beside = configuration === undefined ? {} : { configuration };
      const lines = snapshotLines({ origin, records: options.records(), changed, ...beside, end });
      const octets = await writeSnapshot(file, lines, signal);
      const tookMs = clock.monotonicMs() - startedMs;
      rest(tookMs * PAUSE_FACTOR);
      if (written.moment !== undefined) options.onSaved(written.moment);
      log.debug({ file, octets, took: renderDuration(Math.round(tookMs)) }, 'a snapshot is written');
    } catch (error) {
      isUnsaved = true;
      if (!(error instanceof SnapshotError && error.code === 'stopped')) {
        rest(Math.max(RETRY_DELAY_MS, (clock.monotonicMs() - startedMs) * PAUSE_FACTOR));
        options.onFailed();
        log.warn({ err: error }, 'no snapshot can be written; the records are kept in memory alone');
      }
    } finally {
      catchUp = undefined;
      writing = undefined;
      arm(isUnsaved ? SAVE_DELAY_MS : confirmationMs);
    }
  };

  const rest = (forMs: number): void => {
    restUntilMs = clock.monotonicMs() + forMs;
  };

  const momentNow = (): SnapshotMoment => {
    const { revision, currentMs } = moment ?? { revision: 0, currentMs: 0 };
    return { revision, currentMs: isFollowed ? Math.max(0, Math.round(clock.wallMs())) : currentMs };
  };

  return {
    changed(key, record) {
      if (catchUp === undefined) {
        isUnsaved = true;
        return;
      }
      // Behind the others, where the walk over the map has not been yet.
      catchUp.delete(key);
      catchUp.set(key, record);
    },
    configured() {
      isUnsaved = true;
    },
    replaced() {
      isUnsaved = true;
      writing?.abort.abort();
    },
    reached(revision) {
      moment = { revision, currentMs: Math.max(0, Math.round(clock.wallMs())) };
      if (isUnsaved && writing === undefined) arm(SAVE_DELAY_MS);
    },
    following(nowFollowed) {
      if (moment !== undefined) moment = momentNow();
      isFollowed = nowFollowed;
    },
    async stop() {
      isStopped = true;
      timer?.cancel();
      let isLate = false;
      const cancelLimit = clock.schedule(STOP_LIMIT_MS, () => {
        isLate = true;
        writing?.abort.abort();
      });
      await writing?.done;
      if (!isLate && (isUnsaved || isFollowed)) save();
      await writing?.done;
      cancelLimit();
    },
  };
}
