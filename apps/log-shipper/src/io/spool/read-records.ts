import type { FileHandle } from 'node:fs/promises';
import { lookAtRecord } from '../../spool/checked-record.ts';

const CHUNK = 1_048_576;

/** Records that lie one after the other in a file. */
export interface RecordRun {
  readonly records: readonly { readonly record: Buffer; readonly body: Buffer; readonly offset: number }[];
  /** Where the next one begins. */
  readonly next: number;
  /** What is there is no whole record. */
  readonly isBad: boolean;
}

/**
 * The records from `from` on, as many as about a mebibyte holds, but at least one if there is a good one.
 * @param end nothing behind it is looked at
 */
export async function readRecords(handle: FileHandle, from: number, end: number, seed: number): Promise<RecordRun> {
  let buffer = await readSpan(handle, from, Math.min(end, from + CHUNK));
  const records: RecordRun['records'][number][] = [];
  let at = 0;
  while (from + at < end) {
    const look = lookAtRecord(buffer, at, seed);
    if (look.kind === 'record') {
      records.push({ record: buffer.subarray(at, look.end), body: look.body, offset: from + at });
      at = look.end;
      continue;
    }
    const isCutHere = look.kind === 'short' && from + at + look.needed <= end;
    if (!isCutHere) return { records, next: from + at, isBad: true };
    if (records.length > 0) break;
    const longer = await readSpan(handle, from, from + look.needed);
    if (longer.length <= buffer.length) return { records, next: from, isBad: true };
    buffer = longer;
  }
  return { records, next: from + at, isBad: false };
}

/** What the file holds from `from` up to `end`, or up to its own end. */
async function readSpan(handle: FileHandle, from: number, end: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(Math.max(0, end - from));
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, from + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}
