import { renderTimestamp } from '@wharf/docker-watcher';
import { TAIL_BYTES, tailPrint } from '../../files/tail-print.ts';
import type { FilePosition, ReadingStart } from '../../sources/log-source.ts';
import { isGone, type ListedLogFile, listLogFiles } from './list-log-files.ts';
import { keepOpen, type OpenLogFile, openLogFile } from './open-log-file.ts';
import { type Place, seekSince } from './seek-since.ts';
import { seekTail } from './seek-tail.ts';

/** By how much times in a log may step back: its two sources have two writers, and clocks are set right. */
export const STEP_BACK_NANO = 60_000_000_000n;

const ATTEMPTS = 20;

/** Where a reading begins. */
export interface Beginning {
  /** Undefined while there is no file yet. */
  readonly place: Place | undefined;
  readonly isExact: boolean;
}

/**
 * Undefined when there is no such folder. Files may be renamed and removed meanwhile: then it looks once more.
 * @throws Error of the file system
 */
export async function findBeginning(
  folder: string,
  id: string,
  { position, tail }: Pick<ReadingStart, 'position' | 'tail'>,
  since: bigint | undefined,
): Promise<Beginning | undefined> {
  for (let attempt = 1; ; attempt++) {
    const files = await listLogFiles(folder, id);
    if (files === undefined) return undefined;
    try {
      const place = position === undefined ? undefined : await seekPosition(files, position);
      if (place !== undefined) return { place, isExact: true };
      return { place: await seek(files, since, tail), isExact: false };
    } catch (error) {
      if (!isGone(error) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function seek(
  files: readonly ListedLogFile[],
  since: bigint | undefined,
  tail: number | undefined,
): Promise<Place | undefined> {
  if (tail !== undefined) return seekTail(files, tail);
  if (since !== undefined)
    return seekSince(files, renderTimestamp(since > STEP_BACK_NANO ? since - STEP_BACK_NANO : 0n));
  const [oldest] = files;
  return oldest === undefined ? undefined : { file: await openLogFile(oldest), offset: 0 };
}

/** `seconds.nanoseconds` in nanoseconds. */
export function parseSince(since: string): bigint | undefined {
  const [seconds = '', fraction = ''] = since.split('.');
  if (!/^\d{1,12}$/.test(seconds) || !/^\d{0,9}$/.test(fraction)) return undefined;
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** The file of the position; or, where that was compressed or copied meanwhile, the one that is the same up to there. */
async function seekPosition(files: readonly ListedLogFile[], position: FilePosition): Promise<Place | undefined> {
  const { device, inode, offset, print } = position;
  if (!Number.isSafeInteger(offset) || offset < 0) return undefined;
  const isThat = (file: ListedLogFile): boolean => file.inode === inode && file.device === device;
  const candidates = [...files.filter(isThat), ...files.filter((file) => !isThat(file)).toReversed()];
  return findSame(candidates, offset, async (file) => tailPrint(await bytesBefore(file, offset)) === print);
}

/** The first of these files that reaches to the offset and is the one. */
export async function findSame(
  candidates: readonly ListedLogFile[],
  offset: number,
  isSame: (file: OpenLogFile) => Promise<boolean>,
): Promise<Place | undefined> {
  for (const listed of candidates) {
    if (!listed.isCompressed && listed.size < offset) continue;
    const file = await openLogFile(listed);
    if (await keepOpen(file, isSame)) return { file, offset };
    file.close();
  }
  return undefined;
}

/** What a place is known again by; shorter where the file does not reach so far. */
export async function bytesBefore(file: OpenLogFile, offset: number): Promise<Buffer> {
  const length = Math.min(TAIL_BYTES, offset);
  const buffer = Buffer.allocUnsafe(length);
  return buffer.subarray(0, await file.read(buffer, offset - length));
}
