import { crc32 } from 'node:zlib';
import type { PieceMark } from '../lines/log-line.ts';
import type { Checkpoint } from '../lines/resume-point.ts';
import type { FilePosition } from '../sources/log-source.ts';
import { RECORD_HEAD, sealRecord } from '../spool/checked-record.ts';

/*
 * A journal of checkpoints is a header and records, of which the newest of a container counts. A put is its ID and the
 * checkpoint; of each mark's time only that part is stored in which it differs from the one before.
 */

/** The name of the format with its version. */
export const JOURNAL_HEADER = Buffer.from('wharf-checkpoints 1\n', 'latin1');
/** Of its records; see `sealRecord`. */
export const JOURNAL_SEED = crc32(JOURNAL_HEADER);

export type CheckpointRecord =
  | { readonly kind: 'alive'; readonly aliveNano: bigint }
  | { readonly kind: 'put'; readonly id: string; readonly checkpoint: Checkpoint }
  | { readonly kind: 'remove'; readonly id: string };

const ALIVE = 1;
const PUT = 2;
const REMOVE = 3;

export function renderAlive(aliveNano: bigint): Buffer {
  const record = begin(ALIVE, 8);
  record.writeBigInt64LE(aliveNano, RECORD_HEAD + 1);
  return complete(record, record.length);
}

export function renderRemove(id: string): Buffer {
  const record = begin(REMOVE, TEXT_HEAD + Buffer.byteLength(id));
  return complete(record, writeText(record, id, RECORD_HEAD + 1));
}

export function renderPut(id: string, { since = '', known, position }: Checkpoint): Buffer {
  const texts = known.reduce((sum, { timestamp }) => sum + Buffer.byteLength(timestamp), 0);
  const fixed = 2 * TEXT_HEAD + Buffer.byteLength(id) + Buffer.byteLength(since) + 1 + POSITION + 4;
  const record = begin(PUT, fixed + known.length * MARK + texts);
  let at = writeText(record, id, RECORD_HEAD + 1);
  at = writeText(record, since, at);
  at = record.writeUInt8(position === undefined ? 0 : 1, at);
  if (position !== undefined) at = writePosition(record, position, at);
  at = record.writeUInt32LE(known.length, at);
  let before = '';
  for (const mark of known) {
    at = writeMark(record, mark, before, at);
    before = mark.timestamp;
  }
  return complete(record, at);
}

/** Undefined when the body is none of a checkpoint's records. */
export function parseCheckpointRecord(body: Buffer): CheckpointRecord | undefined {
  try {
    return parseBody(body);
  } catch (error) {
    // It ends before what it says that it holds.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function parseBody(body: Buffer): CheckpointRecord | undefined {
  const kind = body.readUInt8(0);
  if (kind === ALIVE) return { kind: 'alive', aliveNano: body.readBigInt64LE(1) };
  const id = readText(body, 1);
  if (kind === REMOVE) return { kind: 'remove', id: id.text };
  if (kind !== PUT) return undefined;
  const since = readText(body, id.end);
  const hasPosition = body.readUInt8(since.end) === 1;
  const position = hasPosition ? readPosition(body, since.end + 1) : undefined;
  let at = since.end + 1 + (hasPosition ? POSITION : 0);
  const count = body.readUInt32LE(at);
  at += 4;
  const known: PieceMark[] = [];
  for (let index = 0; index < count; index++) {
    const mark = readMark(body, known.at(-1)?.timestamp ?? '', at);
    known.push({ timestamp: mark.timestamp, print: mark.print });
    at = mark.end;
  }
  const checkpoint = { since: since.text === '' ? undefined : since.text, known, ...(position && { position }) };
  return { kind: 'put', id: id.text, checkpoint };
}

const TEXT_HEAD = 2;
const POSITION = 32;
/** What a mark takes besides its time. */
const MARK = 6;
const SHARED_LIMIT = 255;

function begin(kind: number, length: number): Buffer {
  const record = Buffer.allocUnsafeSlow(RECORD_HEAD + 1 + length);
  record.writeUInt8(kind, RECORD_HEAD);
  return record;
}

function complete(record: Buffer, end: number): Buffer {
  sealRecord(record, 0, end, JOURNAL_SEED);
  return record.subarray(0, end);
}

function writeText(record: Buffer, text: string, at: number): number {
  const length = record.write(text, at + TEXT_HEAD, 'utf8');
  record.writeUInt16LE(length, at);
  return at + TEXT_HEAD + length;
}

function readText(body: Buffer, at: number): { readonly text: string; readonly end: number } {
  const end = at + TEXT_HEAD + body.readUInt16LE(at);
  return { text: textOf(body, at + TEXT_HEAD, end), end };
}

function writePosition(record: Buffer, { device, inode, offset, print }: FilePosition, start: number): number {
  let at = start;
  for (const value of [device, inode, offset, print]) at = record.writeDoubleLE(value, at);
  return at;
}

function readPosition(body: Buffer, at: number): FilePosition {
  return {
    device: body.readDoubleLE(at),
    inode: body.readDoubleLE(at + 8),
    offset: body.readDoubleLE(at + 16),
    print: body.readDoubleLE(at + 24),
  };
}

function writeMark(record: Buffer, { timestamp, print }: PieceMark, before: string, start: number): number {
  const most = Math.min(timestamp.length, before.length, SHARED_LIMIT);
  let shared = 0;
  while (shared < most && timestamp.charCodeAt(shared) === before.charCodeAt(shared)) shared++;
  const length = record.write(timestamp.slice(shared), start + 2, 'latin1');
  record.writeUInt8(shared, start);
  record.writeUInt8(length, start + 1);
  return record.writeUInt32LE(print, start + 2 + length);
}

function readMark(body: Buffer, before: string, at: number): PieceMark & { readonly end: number } {
  const textEnd = at + 2 + body.readUInt8(at + 1);
  const timestamp = before.slice(0, body.readUInt8(at)) + textOf(body, at + 2, textEnd, 'latin1');
  return { timestamp, print: body.readUInt32LE(textEnd), end: textEnd + 4 };
}

/** @throws RangeError when the body is shorter */
function textOf(body: Buffer, start: number, end: number, encoding: BufferEncoding = 'utf8'): string {
  if (end > body.length) throw new RangeError('the text goes on behind the end');
  return body.toString(encoding, start, end);
}
