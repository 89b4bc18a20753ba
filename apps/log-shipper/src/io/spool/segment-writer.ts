import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MessageBatch } from '../../queue/message-batch.ts';
import { segmentFileName } from '../../spool/segment-file-name.ts';
import {
  type MessageTotals,
  recordLength,
  renderFooter,
  renderSegmentHeader,
  SEGMENT_HEADER,
  segmentSeed,
  writeRecord,
} from '../../spool/segment-format.ts';
import type { Place, SegmentLedger } from '../../spool/segment-ledger.ts';
import { FILE_MODE, makePrivateFolder, syncFolder } from './private-folder.ts';
import { writeFully } from './write-fully.ts';

/** Adds records to the newest segment. A call begins when the one before has ended. */
export interface SegmentWriter {
  /** Behind all records; a segment that does not exist yet when there is none to add to. */
  readonly frontier: Place;
  /**
   * Resolves when the batches are on disk, with the place of each. When it fails none of them is, and what was written
   * of them is taken back or never read.
   */
  append(batches: readonly MessageBatch[]): Promise<readonly Place[]>;
  /** Nothing more is added to the segment. */
  finish(): Promise<void>;
  /** The segment is damaged: the next records go to another. May be called at any time. */
  avoid(segment: number): void;
}

interface OpenSegment {
  readonly number: number;
  readonly handle: FileHandle;
  readonly seed: number;
  end: number;
  totals: MessageTotals;
}

/** Buffers for writing are kept up to this size. */
const SCRATCH_LIMIT = 4 * 1_048_576;

/** @param firstNumber greater than that of any segment there ever was */
export function createSegmentWriter(
  folder: string,
  firstNumber: number,
  segmentBytes: number,
  ledger: SegmentLedger,
): SegmentWriter {
  let nextNumber = firstNumber;
  let current: OpenSegment | undefined;
  let avoided: number | undefined;
  let scratch = Buffer.alloc(0);

  const begin = async (): Promise<OpenSegment> => {
    // A number that failed is not used again: a file of that name may be there.
    const number = nextNumber++;
    const path = join(folder, segmentFileName(number));
    await makePrivateFolder(folder);
    const handle = await open(path, 'wx', FILE_MODE);
    try {
      await writeFully(handle, renderSegmentHeader(number), 0);
      await syncFolder(folder);
    } catch (error) {
      await handle.close().catch(ignore);
      await rm(path, { force: true }).catch(ignore);
      throw error;
    }
    ledger.add({ number, end: SEGMENT_HEADER, unread: NONE, unreadFrom: SEGMENT_HEADER });
    return { number, handle, seed: segmentSeed(number), end: SEGMENT_HEADER, totals: NONE };
  };
  const finish = async (): Promise<void> => {
    if (current === undefined) return;
    const { handle, end, totals, number } = current;
    current = undefined;
    // Without it the segment's records are counted one by one at the next start.
    await writeFully(handle, renderFooter(totals, number), end).catch(ignore);
    await handle.close().catch(ignore);
  };
  /**
   * What was written behind its end is not to be read. A segment with records gets no more: after a sync that failed the
   * kernel may take for clean what it has not written, and on a full disk it must not keep from being deleted what is
   * confirmed of it. One without is used again: its header lies in a block that is written again.
   */
  const takeBack = async ({ handle, end }: OpenSegment): Promise<void> => {
    const isUndone = await handle.truncate(end).then(
      () => true,
      () => false,
    );
    if (isUndone && end === SEGMENT_HEADER) return;
    current = undefined;
    await handle.close().catch(ignore);
  };
  const segmentFor = async (): Promise<OpenSegment> => {
    if (current !== undefined && (current.end >= segmentBytes || current.number === avoided)) await finish();
    if (current !== undefined && (await current.handle.stat()).nlink === 0) await finish();
    current ??= await begin();
    return current;
  };
  const render = (batches: readonly MessageBatch[], { seed, end }: OpenSegment) => {
    const length = batches.reduce((sum, batch) => sum + recordLength(batch), 0);
    const buffer = scratch.length >= length ? scratch : Buffer.allocUnsafeSlow(length);
    if (length <= SCRATCH_LIMIT) scratch = buffer;
    const offsets: number[] = [];
    let at = 0;
    for (const batch of batches) {
      offsets.push(end + at);
      at = writeRecord(buffer, at, batch, seed);
    }
    return { bytes: buffer.subarray(0, length), offsets };
  };

  return {
    get frontier() {
      return current === undefined
        ? { segment: nextNumber, offset: SEGMENT_HEADER }
        : { segment: current.number, offset: current.end };
    },
    async append(batches) {
      const segment = await segmentFor();
      const { bytes, offsets } = render(batches, segment);
      try {
        await writeFully(segment.handle, bytes, segment.end);
        await segment.handle.datasync();
      } catch (error) {
        await takeBack(segment);
        throw error;
      }
      segment.end += bytes.length;
      segment.totals = addTotals(segment.totals, batches);
      ledger.grow(segment.end);
      return offsets.map((offset) => ({ segment: segment.number, offset }));
    },
    finish,
    avoid(segment) {
      avoided = segment;
    },
  };
}

const NONE: MessageTotals = { messages: 0, bytes: 0 };

function addTotals(totals: MessageTotals, batches: readonly MessageBatch[]): MessageTotals {
  return {
    messages: batches.reduce((sum, { ends }) => sum + ends.length, totals.messages),
    bytes: batches.reduce((sum, { bytes }) => sum + bytes.length, totals.bytes),
  };
}

function ignore(): void {}
