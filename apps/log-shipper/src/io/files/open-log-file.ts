import { close, fstat, open, read, readSync, type Stats } from 'node:fs';
import { promisify } from 'node:util';
import { createGunzipWindow } from './gunzip-window.ts';
import type { ListedLogFile } from './list-log-files.ts';

/** A log file that is open: it can be read to its end whatever becomes of its name. */
export interface OpenLogFile {
  readonly device: number;
  readonly inode: number;
  readonly isCompressed: boolean;
  /** Fills the buffer from `offset` of the uncompressed bytes on; returns how many bytes that are, 0 at the end. */
  read(buffer: Buffer, offset: number): Promise<number>;
  /** The same without giving way to anything else, for what has just been written; not of a compressed file. */
  readNow(buffer: Buffer, offset: number): number;
  /** A compressed file that does not end as it should. */
  readonly isDamaged: boolean;
  /** Not while something is being read. */
  close(): void;
}

const openFile = promisify(open);
const statFile = promisify(fstat);

/** @throws Error of the file system; ENOENT too when the name has come to mean another file since it was listed */
export async function openLogFile(listed: ListedLogFile): Promise<OpenLogFile> {
  const descriptor = await openFile(listed.path, 'r');
  const closeFile = (): void => close(descriptor, () => undefined);
  let stats: Stats;
  try {
    stats = await statFile(descriptor);
  } catch (error) {
    closeFile();
    throw error;
  }
  if (stats.ino !== listed.inode || stats.dev !== listed.device) {
    closeFile();
    throw Object.assign(new Error(`${listed.path} is another file now`), { code: 'ENOENT' });
  }
  const identity = { device: stats.dev, inode: stats.ino, isCompressed: listed.isCompressed };
  return listed.isCompressed
    ? compressedFile(identity, descriptor, closeFile)
    : plainFile(identity, descriptor, closeFile);
}

/** What `use` makes of an open file, which stays open unless that fails. */
export async function keepOpen<T>(file: OpenLogFile, use: (file: OpenLogFile) => Promise<T>): Promise<T> {
  try {
    return await use(file);
  } catch (error) {
    file.close();
    throw error;
  }
}

type Identity = Pick<OpenLogFile, 'device' | 'inode' | 'isCompressed'>;

function plainFile(identity: Identity, descriptor: number, closeFile: () => void): OpenLogFile {
  return {
    ...identity,
    isDamaged: false,
    read: (buffer, offset) =>
      new Promise((resolve, reject) => {
        read(descriptor, buffer, 0, buffer.length, offset, (error, bytes) => {
          if (error === null) resolve(bytes);
          else reject(error);
        });
      }),
    readNow: (buffer, offset) => readSync(descriptor, buffer, 0, buffer.length, offset),
    close: closeFile,
  };
}

function compressedFile(identity: Identity, descriptor: number, closeFile: () => void): OpenLogFile {
  // The same file under any name, and with a name no more.
  const window = createGunzipWindow(`/proc/self/fd/${descriptor}`);
  return {
    ...identity,
    get isDamaged() {
      return window.isDamaged;
    },
    read: (buffer, offset) => window.read(buffer, offset),
    readNow: () => 0,
    close() {
      window.close();
      closeFile();
    },
  };
}
