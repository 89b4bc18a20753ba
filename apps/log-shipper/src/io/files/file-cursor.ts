import { TAIL_BYTES, tailPrint } from '../../files/tail-print.ts';
import type { FilePosition } from '../../sources/log-source.ts';
import { bytesBefore } from './find-beginning.ts';
import type { OpenLogFile } from './open-log-file.ts';
import type { Place } from './seek-since.ts';

/** How far a log file was read. */
export interface FileCursor {
  readonly file: OpenLogFile;
  /** In bytes of what is uncompressed. */
  readonly offset: number;
  /** The bytes just before: read once more with those behind, they tell whether the file is what it was. */
  readonly before: Buffer;
}

export function cursorAtStart(file: OpenLogFile): FileCursor {
  return { file, offset: 0, before: Buffer.alloc(0) };
}

/** @throws Error of the file system */
export async function cursorAt({ file, offset }: Place): Promise<FileCursor> {
  return { file, offset, before: await bytesBefore(file, offset) };
}

/** The cursor behind `taken` more bytes. @param seen what was read from the bytes just before the cursor on */
export function advance({ file, offset, before }: FileCursor, seen: Buffer, taken: number): FileCursor {
  const end = before.length + taken;
  return { file, offset: offset + taken, before: Buffer.from(seen.subarray(Math.max(0, end - TAIL_BYTES), end)) };
}

export function positionOf({ file: { device, inode }, offset, before }: FileCursor): FilePosition {
  return { device, inode, offset, print: tailPrint(before) };
}
