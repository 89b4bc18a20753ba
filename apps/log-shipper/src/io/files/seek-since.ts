import { firstTimedEntry, lastEntryTime } from '../../files/entry-times.ts';
import { GZIP_HEAD_BYTES, gzipLastTime } from '../../files/gzip-last-time.ts';
import type { ListedLogFile } from './list-log-files.ts';
import { keepOpen, type OpenLogFile, openLogFile } from './open-log-file.ts';
import { readHead } from './read-head.ts';

/** More than the longest entry that dockerd writes, which is 16 KiB with every byte escaped. */
const LOOK_BYTES = 128 * 1024;

/** A place in a file that is open. */
export interface Place {
  readonly file: OpenLogFile;
  /** In bytes of what is uncompressed; where an entry begins. */
  readonly offset: number;
}

/**
 * A place before every entry of that time or later, and not far before the first. Goes by entries being in order of
 * time: whoever asks asks for a little earlier, as times may step back.
 */
export async function seekSince(files: readonly ListedLogFile[], timestamp: string): Promise<Place | undefined> {
  let chosen: ListedLogFile | undefined;
  for (const file of files.toReversed()) {
    if (chosen !== undefined && (await endsBefore(file, timestamp))) break;
    chosen = file;
  }
  if (chosen === undefined) return undefined;
  const file = await openLogFile(chosen);
  if (chosen.isCompressed) return { file, offset: 0 };
  const { size } = chosen;
  return { file, offset: await keepOpen(file, () => seekInFile(file, size, timestamp)) };
}

async function endsBefore(listed: ListedLogFile, timestamp: string): Promise<boolean> {
  const last = listed.isCompressed
    ? gzipLastTime(await readHead(listed.path, GZIP_HEAD_BYTES))
    : await lastTime(listed);
  return last !== undefined && last < timestamp;
}

async function lastTime(listed: ListedLogFile): Promise<string | undefined> {
  const file = await openLogFile(listed);
  try {
    return lastEntryTime(await look(file, Math.max(0, listed.size - LOOK_BYTES)));
  } finally {
    file.close();
  }
}

/** By halving. Every entry that begins before `low` is too old. */
async function seekInFile(file: OpenLogFile, size: number, timestamp: string): Promise<number> {
  let low = 0;
  let high = size;
  while (high - low > LOOK_BYTES) {
    const middle = Math.floor((low + high) / 2);
    const found = firstTimedEntry(await look(file, middle), middle === 0);
    const start = middle + (found?.start ?? 0);
    if (found !== undefined && found.timestamp < timestamp && start > low) low = start;
    else high = middle;
  }
  return low;
}

async function look(file: OpenLogFile, offset: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(LOOK_BYTES);
  return buffer.subarray(0, await file.read(buffer, offset));
}
