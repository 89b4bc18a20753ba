import { crc32 } from 'node:zlib';

/** Bytes before a record's body: the CRC-32 of all that follows it, and the length of the body, little-endian. */
export const RECORD_HEAD = 8;

/** No record that is longer was ever written: what says so is damaged. */
const BODY_LIMIT = 256 * 1_048_576;

/**
 * Completes the record from `start` up to `end`, whose body is written already.
 * @param seed what distinguishes the file: a record of another file, or of an earlier life of its blocks, is a bad one
 */
export function sealRecord(buffer: Buffer, start: number, end: number, seed: number): void {
  buffer.writeUInt32LE(end - start - RECORD_HEAD, start + 4);
  buffer.writeUInt32LE(crc32(buffer.subarray(start + 4, end), seed), start);
}

export type RecordLook =
  | { readonly kind: 'record'; readonly body: Buffer; readonly end: number }
  /** It goes on behind what is there: so many bytes from its start are needed. */
  | { readonly kind: 'short'; readonly needed: number }
  | { readonly kind: 'bad' };

/** What is at `start`. The body is a view. */
export function lookAtRecord(buffer: Buffer, start: number, seed: number): RecordLook {
  const left = buffer.length - start;
  if (left < RECORD_HEAD) return { kind: 'short', needed: RECORD_HEAD };
  const length = buffer.readUInt32LE(start + 4);
  if (length === 0 || length > BODY_LIMIT) return BAD;
  const needed = RECORD_HEAD + length;
  if (left < needed) return { kind: 'short', needed };
  const end = start + needed;
  if (crc32(buffer.subarray(start + 4, end), seed) !== buffer.readUInt32LE(start)) return BAD;
  return { kind: 'record', body: buffer.subarray(start + RECORD_HEAD, end), end };
}

const BAD: RecordLook = { kind: 'bad' };
