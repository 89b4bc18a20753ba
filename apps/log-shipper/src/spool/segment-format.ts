import { crc32 } from 'node:zlib';
import type { MessageBatch } from '../queue/message-batch.ts';
import { RECORD_HEAD, sealRecord } from './checked-record.ts';

/*
 * A segment is a header and records. The body of a record is the number of its messages, where each of them ends, and
 * their bytes. A segment to which nothing will be added ends with a record of no messages, the totals of all others.
 */

const MAGIC = 'wharf-spool 1\n\0\0';
/** Bytes: the name of the format with its version, and the segment's number. */
export const SEGMENT_HEADER = MAGIC.length + 8;
const COUNT = 4;
const END = 4;
const TOTALS = COUNT + 16;
/** Bytes of the record of totals. */
export const FOOTER = RECORD_HEAD + TOTALS;

/** What messages come to. */
export interface MessageTotals {
  readonly messages: number;
  readonly bytes: number;
}

export function renderSegmentHeader(number: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER, MAGIC, 'latin1');
  header.writeDoubleLE(number, MAGIC.length);
  return header;
}

/** The seed of its records; see `sealRecord`. */
export function segmentSeed(number: number): number {
  return crc32(renderSegmentHeader(number));
}

export function recordLength({ bytes, ends }: Pick<MessageBatch, 'bytes' | 'ends'>): number {
  return RECORD_HEAD + COUNT + ends.length * END + bytes.length;
}

/** Returns where the record ends. */
export function writeRecord(
  buffer: Buffer,
  start: number,
  { bytes, ends }: Pick<MessageBatch, 'bytes' | 'ends'>,
  seed: number,
): number {
  let at = buffer.writeUInt32LE(ends.length, start + RECORD_HEAD);
  for (const end of ends) at = buffer.writeUInt32LE(end, at);
  at += bytes.copy(buffer, at);
  sealRecord(buffer, start, at, seed);
  return at;
}

export function renderFooter({ messages, bytes }: MessageTotals, number: number): Buffer {
  const footer = Buffer.alloc(FOOTER);
  footer.writeDoubleLE(messages, RECORD_HEAD + COUNT);
  footer.writeDoubleLE(bytes, RECORD_HEAD + COUNT + 8);
  sealRecord(footer, 0, FOOTER, segmentSeed(number));
  return footer;
}

/** What the body of a record says; undefined when it cannot be one. The bytes are a view. */
export function parseBody(body: Buffer): Pick<MessageBatch, 'bytes' | 'ends'> | 'footer' | undefined {
  if (body.length < COUNT) return undefined;
  const count = body.readUInt32LE(0);
  if (count === 0) return body.length === TOTALS ? 'footer' : undefined;
  const start = COUNT + count * END;
  if (start > body.length) return undefined;
  const ends: number[] = [];
  let last = 0;
  for (let at = COUNT; at < start; at += END) {
    const end = body.readUInt32LE(at);
    if (end < last) return undefined;
    ends.push(end);
    last = end;
  }
  return last === body.length - start ? { bytes: body.subarray(start), ends } : undefined;
}

/** The totals in a footer's body; undefined for any other. */
export function parseFooter(body: Buffer): MessageTotals | undefined {
  if (parseBody(body) !== 'footer') return undefined;
  return { messages: body.readDoubleLE(COUNT), bytes: body.readDoubleLE(COUNT + 8) };
}

/** The batch without its first so many messages. */
export function withoutFirst(
  { bytes, ends }: Pick<MessageBatch, 'bytes' | 'ends'>,
  messages: number,
): Pick<MessageBatch, 'bytes' | 'ends'> {
  const start = messages === 0 ? 0 : (ends[messages - 1] ?? bytes.length);
  return { bytes: bytes.subarray(start), ends: ends.slice(messages).map((end) => end - start) };
}
