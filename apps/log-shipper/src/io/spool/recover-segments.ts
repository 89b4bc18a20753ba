import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, type Logger } from '@wharf/agent';
import { lookAtRecord } from '../../spool/checked-record.ts';
import type { ConfirmedPosition } from '../../spool/confirmed-position.ts';
import { parseSegmentFileName, segmentFileName } from '../../spool/segment-file-name.ts';
import {
  FOOTER,
  type MessageTotals,
  parseBody,
  parseFooter,
  renderFooter,
  renderSegmentHeader,
  SEGMENT_HEADER,
  segmentSeed,
  withoutFirst,
} from '../../spool/segment-format.ts';
import type { SegmentFacts } from '../../spool/segment-ledger.ts';
import { readRecords } from './read-records.ts';
import { writeFully } from './write-fully.ts';

export interface RecoveredSegments {
  /** Those that hold messages which are not confirmed, oldest first. */
  readonly segments: readonly SegmentFacts[];
  /** Greater than that of any segment there was. */
  readonly nextNumber: number;
}

/**
 * What an earlier run left in a spool's folder: segments that are confirmed are deleted, what a crash left torn is cut
 * off, and what is no segment, though it is named like one, is set aside. Never throws for what a file holds.
 * @throws what the file system says of the folder
 */
export async function recoverSegments(
  folder: string,
  confirmed: ConfirmedPosition | undefined,
  log: Logger,
): Promise<RecoveredSegments> {
  const numbers = (await readdir(folder))
    .map(parseSegmentFileName)
    .filter((number) => number !== undefined)
    .sort((a, b) => a - b);
  const segments: SegmentFacts[] = [];
  for (const number of numbers) {
    const path = join(folder, segmentFileName(number));
    try {
      const from = confirmed?.segment === number ? confirmed : BEGINNING;
      const isOld = number < (confirmed?.segment ?? 0);
      const segment = isOld ? undefined : await recoverSegment(path, number, from, number === numbers.at(-1), log);
      if (segment === undefined || segment.unread.messages === 0) await rm(path, { force: true });
      else segments.push(segment);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EIO')) throw error;
      await rename(path, `${path}.corrupt`);
      log.warn({ file: path, reason: describeError(error) }, 'a segment of the spool cannot be read; it is set aside');
    }
  }
  return { segments, nextNumber: Math.max(numbers.at(-1) ?? 0, confirmed?.segment ?? 0) + 1 };
}

type RecordPlace = Omit<ConfirmedPosition, 'segment'>;

const BEGINNING: RecordPlace = { offset: SEGMENT_HEADER, messages: 0 };

/** Undefined when nothing is in it. */
async function recoverSegment(
  path: string,
  number: number,
  from: RecordPlace,
  isNewest: boolean,
  log: Logger,
): Promise<SegmentFacts | undefined> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    if (size <= SEGMENT_HEADER) return undefined;
    if (!(await hasHeader(handle, number))) {
      await rename(path, `${path}.corrupt`);
      log.warn({ file: path, bytes: size }, 'a file of the spool is damaged from its beginning on; it is set aside');
      return undefined;
    }
    const isWhole = from.offset === SEGMENT_HEADER && from.messages === 0;
    const footer = isWhole && !isNewest ? await readFooter(handle, number, size) : undefined;
    if (footer !== undefined) return { number, end: size - FOOTER, unread: footer, unreadFrom: SEGMENT_HEADER };
    const scan = await scanFrom(handle, number, size, from);
    if (scan.end < size && !scan.hasFooter) await cutTail(path, number, scan, size, log);
    return { number, end: scan.end, unread: scan.totals, unreadFrom: scan.start };
  } finally {
    await handle.close();
  }
}

async function hasHeader(handle: FileHandle, number: number): Promise<boolean> {
  const header = Buffer.alloc(SEGMENT_HEADER);
  await handle.read(header, 0, SEGMENT_HEADER, 0);
  return header.equals(renderSegmentHeader(number));
}

async function readFooter(handle: FileHandle, number: number, size: number): Promise<MessageTotals | undefined> {
  const footer = Buffer.alloc(FOOTER);
  await handle.read(footer, 0, FOOTER, size - FOOTER);
  const look = lookAtRecord(footer, 0, segmentSeed(number));
  return look.kind === 'record' ? parseFooter(look.body) : undefined;
}

interface Scan {
  readonly start: number;
  /** Behind the last good record. */
  readonly end: number;
  readonly totals: MessageTotals;
  readonly hasFooter: boolean;
}

/** What is not confirmed; all there is when a record was expected where none begins. */
async function scanFrom(handle: FileHandle, number: number, size: number, from: RecordPlace): Promise<Scan> {
  const rest = await scanRecords(handle, number, size, from);
  if (rest.end > from.offset || rest.hasFooter || from.offset >= size) return rest;
  const all = await scanRecords(handle, number, size, BEGINNING);
  return all.end > from.offset ? all : { ...rest, end: all.end };
}

/** The records up to `size`, without the first messages at `from`. */
async function scanRecords(handle: FileHandle, number: number, size: number, from: RecordPlace): Promise<Scan> {
  const seed = segmentSeed(number);
  let messages = 0;
  let bytes = 0;
  let at = from.offset;
  while (at < size) {
    const run = await readRecords(handle, at, size, seed);
    for (const { body, offset } of run.records) {
      const batch = parseBody(body);
      if (batch === undefined || batch === 'footer') {
        return { start: from.offset, end: offset, totals: { messages, bytes }, hasFooter: batch === 'footer' };
      }
      const { ends, bytes: left } = offset === from.offset ? withoutFirst(batch, from.messages) : batch;
      messages += ends.length;
      bytes += left.length;
    }
    at = run.next;
    if (run.isBad) break;
  }
  return { start: from.offset, end: at, totals: { messages, bytes }, hasFooter: false };
}

/** A disk that refuses keeps its tail: nothing behind the last good record is ever read. */
async function cutTail(
  path: string,
  number: number,
  { start, end, totals }: Scan,
  size: number,
  log: Logger,
): Promise<void> {
  log.warn({ file: path, bytes: size - end }, 'the end of a segment of the spool is torn or damaged, and is cut off');
  try {
    const handle = await open(path, 'r+');
    try {
      await handle.truncate(end);
      if (start === SEGMENT_HEADER) await writeFully(handle, renderFooter(totals, number), end);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    log.warn({ file: path, reason: describeError(error) }, 'the end of a segment of the spool cannot be cut off');
  }
}
