import type { EntryParser } from '../../files/entry-parser.ts';
import type { BufferPool } from './buffer-pool.ts';
import { advance, type FileCursor } from './file-cursor.ts';

/** What is read at a time: fits into a processor's cache, and a read costs little beside its entries. */
export const CHUNK_BYTES = 256 * 1024;
/** A longer entry is left out; dockerd's are at most 16 KiB with every byte escaped. */
export const ENTRY_LIMIT_BYTES = 1024 * 1024;

const LF = 0x0a;

/** What came of a read. */
export interface ReadResult {
  readonly cursor: FileCursor;
  /** All is read that was there; an entry that is not whole yet is left. */
  readonly isEnd: boolean;
  /** The file is not what it was before the cursor: it was cut, and nothing was read. */
  readonly isReplaced: boolean;
}

/** Reads entries from log files, a chunk at a time. */
export interface EntryReader {
  /** @throws Error of the file system */
  readOn(cursor: FileCursor): Promise<ReadResult>;
  /** Reads what is left behind the cursor as an entry: the file does not grow any more. */
  readRest(cursor: FileCursor): Promise<FileCursor>;
  /** The cursor is in the middle of an entry that is too long. */
  readonly isSkipping: boolean;
  /** Another file, or the same from the start. */
  reset(): void;
}

/**
 * Bytes of an entry that is not whole are not kept but read again. What was just written is read at once, 1.4
 * microseconds: it is in memory; the rest is read in turns with other readings, 24 microseconds each.
 * @param buffers of `ENTRY_LIMIT_BYTES`
 * @param tailBuffer may be shared: it is used within one turn of the event loop
 */
export function createEntryReader(
  parser: EntryParser,
  buffers: BufferPool,
  tailBuffer: Buffer,
  onOverlong: () => void,
): EntryReader {
  let isCaughtUp = false;
  let isLong = false;
  let isSkipping = false;

  const skip = (chunk: Buffer): number => {
    const end = chunk.indexOf(LF);
    isSkipping = end < 0;
    return isSkipping ? chunk.length : end + 1;
  };

  /** How many bytes are left out of an entry that does not fit into what was read; 0: it is read again with more room. */
  const makeRoom = (chunk: Buffer): number => {
    if (isCaughtUp) {
      isCaughtUp = false;
      return 0;
    }
    if (!isLong) {
      isLong = true;
      return 0;
    }
    isLong = false;
    isSkipping = true;
    onOverlong();
    return chunk.length;
  };

  const take = (cursor: FileCursor, seen: Buffer, roomBytes: number): ReadResult => {
    const { before } = cursor;
    if (!before.equals(seen.subarray(0, before.length))) return { cursor, isEnd: false, isReplaced: true };
    const chunk = seen.subarray(before.length);
    const isEnd = seen.length < roomBytes;
    let taken = isSkipping ? skip(chunk) : parser.parse(chunk);
    if (taken > 0) isLong = false;
    else if (!isEnd) taken = makeRoom(chunk);
    if (isEnd) isCaughtUp = !cursor.file.isCompressed;
    return { cursor: taken > 0 ? advance(cursor, seen, taken) : cursor, isEnd, isReplaced: false };
  };

  return {
    async readOn(cursor) {
      const { file, offset, before } = cursor;
      const from = offset - before.length;
      if (isCaughtUp) return take(cursor, tailBuffer.subarray(0, file.readNow(tailBuffer, from)), tailBuffer.length);
      return buffers.with(async (buffer) => {
        const room = isLong ? buffer : buffer.subarray(0, CHUNK_BYTES);
        return take(cursor, room.subarray(0, await file.read(room, from)), room.length);
      });
    },
    readRest: (cursor) =>
      buffers.with(async (buffer) => {
        const { file, offset, before } = cursor;
        const seen = buffer.subarray(0, await file.read(buffer, offset - before.length));
        const rest = seen.subarray(before.length);
        if (rest.length === 0) return cursor;
        if (!isSkipping) parser.parseLast(rest);
        return advance(cursor, seen, rest.length);
      }),
    get isSkipping() {
      return isSkipping;
    },
    reset() {
      isCaughtUp = false;
      isLong = false;
      isSkipping = false;
    },
  };
}
