import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError } from '@wharf/agent';
import type { ConfirmedPosition } from '../../spool/confirmed-position.ts';
import { segmentFileName } from '../../spool/segment-file-name.ts';
import { parseBody, segmentSeed, withoutFirst } from '../../spool/segment-format.ts';
import type { Place, SegmentLedger } from '../../spool/segment-ledger.ts';
import { createTroubleLog } from '../trouble-log.ts';
import { type RecordRun, readRecords } from './read-records.ts';
import type { SpoolContext } from './spool-context.ts';

/** Has the messages held that come next. */
export interface SpoolReader {
  /** Holds what is in memory, and begins to read what is on disk, as far as there is room. */
  refill(): void;
  /** More may be held. */
  readonly hasRoom: boolean;
  readonly trouble: string | undefined;
  /** Where the records begin that have yet to be read, and how many messages of the first are confirmed. */
  readonly position: ConfirmedPosition | undefined;
  /** Resolves when nothing is being read, nor will be. */
  stop(): Promise<void>;
}

/** How long after a failure that may pass it is tried again. */
const RETRY_MS = 1_000;

/** @param confirmed where the spool had been confirmed up to when it was opened */
export function createSpoolReader(
  { folder, plan, clock, log, ledger, held, unsafe, writer, onDropped, onChange }: SpoolContext,
  confirmed: ConfirmedPosition | undefined,
): SpoolReader {
  let loading: Promise<void> | undefined;
  let cancelRetry: (() => void) | undefined;
  let isStopped = false;
  const reading = createTroubleLog(log, clock, {
    failed: 'the spool cannot be read; it is tried again',
    well: 'the spool can be read again',
  });

  const hasRoom = (): boolean =>
    held.messages === 0 || (held.bytes < plan.aheadBytes && held.messages < plan.aheadMessages);
  const confirmedAt = ({ segment, offset }: Place): number =>
    confirmed?.segment === segment && confirmed.offset === offset ? confirmed.messages : 0;

  /** False when it is no record of messages. */
  const hold = (body: Buffer, place: Place, next: number): boolean => {
    const batch = parseBody(body);
    if (batch === undefined || batch === 'footer') return false;
    const skipped = confirmedAt(place);
    const rest = withoutFirst(batch, skipped);
    const totals = { messages: rest.ends.length, bytes: rest.bytes.length };
    if (!ledger.read(place.segment, next, totals)) return false;
    held.hold(rest, place, skipped);
    return true;
  };
  const skip = (reason: string): void => {
    const segment = ledger.cursor?.segment;
    if (segment === undefined) return;
    const lost = ledger.skip();
    writer.avoid(segment);
    log.warn({ segment, reason, ...lost }, 'a segment of the spool is damaged: the rest of its messages is lost');
    onDropped('spool-damaged', lost);
  };
  const load = async (): Promise<void> => {
    const { cursor } = ledger;
    if (cursor === undefined) return;
    const { records, next, isBad } = await readSegment(folder, cursor);
    let isGood = true;
    for (const [index, { body, offset }] of records.entries()) {
      isGood &&= hold(body, { segment: cursor.segment, offset }, records[index + 1]?.offset ?? next);
    }
    const left = ledger.cursor;
    if (left?.segment !== cursor.segment) return;
    // It may have grown meanwhile; what there still is to read of it must lie behind.
    if (!isGood || isBad || next >= left.end) skip('a record is not as it was written');
  };
  const loadOrTryAgain = async (): Promise<void> => {
    try {
      await load();
      reading.succeeded();
    } catch (error) {
      if (isFinal(error)) skip(describeError(error));
      else {
        reading.failed(error);
        cancelRetry = clock.schedule(RETRY_MS, retry);
      }
    }
    loading = undefined;
    refill();
    onChange();
  };
  const retry = (): void => {
    cancelRetry = undefined;
    refill();
  };
  const refill = (): void => {
    if (isStopped || loading !== undefined || cancelRetry !== undefined) return;
    while (ledger.unread.messages === 0 && unsafe.unheld.messages > 0 && hasRoom()) {
      unsafe.holdNext((batch) => held.hold(batch, undefined, 0));
    }
    if (ledger.unread.messages > 0 && hasRoom()) loading = loadOrTryAgain();
  };

  return {
    refill,
    get hasRoom() {
      return hasRoom();
    },
    get trouble() {
      return reading.trouble;
    },
    get position() {
      const { cursor } = ledger;
      return cursor && { segment: cursor.segment, offset: cursor.offset, messages: confirmedAt(cursor) };
    },
    async stop() {
      isStopped = true;
      cancelRetry?.();
      await loading;
    },
  };
}

async function readSegment(
  folder: string,
  { segment, offset, end }: NonNullable<SegmentLedger['cursor']>,
): Promise<RecordRun> {
  const handle = await open(join(folder, segmentFileName(segment)), 'r');
  try {
    return await readRecords(handle, offset, end, segmentSeed(segment));
  } finally {
    await handle.close();
  }
}

/** Whether it will be the same however often it is tried. */
function isFinal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EIO');
}
