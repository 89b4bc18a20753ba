import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type LogFileName, orderLogFiles } from '../../files/log-file-name.ts';

export interface ListedLogFile extends LogFileName {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  /** In bytes, as stored. */
  readonly size: number;
}

/** A rotation renames one file after the other: how often it is looked again until two looks show the same. */
const LOOKS = 20;

/** A container's log files, oldest first; undefined when there is no such folder. */
export async function listLogFiles(folder: string, id: string): Promise<readonly ListedLogFile[] | undefined> {
  let before: string | undefined;
  for (let look = 1; ; look++) {
    const files = await lookOnce(folder, id);
    const seen = files?.map(({ name, inode }) => `${name} ${inode}`).join('\n');
    if (files === undefined || seen === before || look === LOOKS) return files;
    before = seen;
  }
}

async function lookOnce(folder: string, id: string): Promise<readonly ListedLogFile[] | undefined> {
  const names = await orUndefinedIfGone(readdir(folder));
  if (names === undefined) return undefined;
  const files = await Promise.all(orderLogFiles(names, id).map((name) => describeFile(folder, name)));
  return files.filter((file) => file !== undefined);
}

async function describeFile(folder: string, name: LogFileName): Promise<ListedLogFile | undefined> {
  const path = join(folder, name.name);
  const stats = await orUndefinedIfGone(stat(path));
  return stats?.isFile() === true
    ? { ...name, path, device: stats.dev, inode: stats.ino, size: stats.size }
    : undefined;
}

async function orUndefinedIfGone<T>(wanted: Promise<T>): Promise<T | undefined> {
  try {
    return await wanted;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Whether a file system said that there is nothing of that name. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
