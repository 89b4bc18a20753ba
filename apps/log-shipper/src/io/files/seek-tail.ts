import type { ListedLogFile } from './list-log-files.ts';
import { keepOpen, type OpenLogFile, openLogFile } from './open-log-file.ts';
import type { Place } from './seek-since.ts';

const LF = 0x0a;
const BLOCK_BYTES = 64 * 1024;

/** Where the newest `wanted` entries begin, of whatever source, as Docker counts them; what is not whole yet does not count. */
export async function seekTail(files: readonly ListedLogFile[], wanted: number): Promise<Place | undefined> {
  let missing = wanted;
  let oldest: Place | undefined;
  for (const listed of files.toReversed()) {
    oldest?.file.close();
    const file = await openLogFile(listed);
    const count = missing;
    const { offset, entries } = await keepOpen(file, () =>
      listed.isCompressed ? seekForwards(file, count) : seekBackwards(file, listed.size, count),
    );
    oldest = { file, offset };
    missing -= entries;
    if (missing <= 0) break;
  }
  return oldest;
}

interface Found {
  readonly offset: number;
  /** From `offset` to the end. */
  readonly entries: number;
}

async function seekBackwards(file: OpenLogFile, size: number, count: number): Promise<Found> {
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  let entries = -1;
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const block = buffer.subarray(0, await file.read(buffer.subarray(0, end - start), start));
    for (let at = block.lastIndexOf(LF); at >= 0; at = at === 0 ? -1 : block.lastIndexOf(LF, at - 1)) {
      entries++;
      if (entries === count) return { offset: start + at + 1, entries };
    }
    end = start;
  }
  return { offset: 0, entries: entries + 1 };
}

/** A compressed file is read to its end, and, unless all of it is wanted, once more to the place. */
async function seekForwards(file: OpenLogFile, count: number): Promise<Found> {
  const all = await skipEntries(file, Number.POSITIVE_INFINITY);
  if (all.entries <= count) return { offset: 0, entries: all.entries };
  const { offset } = await skipEntries(file, all.entries - count);
  return { offset, entries: count };
}

async function skipEntries(file: OpenLogFile, count: number): Promise<Found> {
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  let entries = 0;
  for (let start = 0; ; ) {
    const block = buffer.subarray(0, await file.read(buffer, start));
    if (block.length === 0) return { offset: start, entries };
    for (let at = block.indexOf(LF); at >= 0; at = block.indexOf(LF, at + 1)) {
      entries++;
      if (entries >= count) return { offset: start + at + 1, entries };
    }
    start += block.length;
  }
}
