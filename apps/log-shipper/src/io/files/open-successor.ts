import { isGone, type ListedLogFile, listLogFiles } from './list-log-files.ts';
import { keepOpen, type OpenLogFile, openLogFile } from './open-log-file.ts';

/** What comes after a log file. */
export type Successor =
  | { readonly kind: 'next'; readonly file: OpenLogFile }
  /** There is no newer file, or not yet. */
  | { readonly kind: 'none' }
  /** There is no folder any more. */
  | { readonly kind: 'gone' };

const NONE: Successor = { kind: 'none' };
const ATTEMPTS = 20;
/** Entries of dockerd carry their time to the nanosecond: so much of two files is not the same by chance. */
const HEAD_BYTES = 4096;

/**
 * Opens the next newer file: found by the inode of the present one or, where that was compressed meanwhile, by how it
 * begins. When the present one is kept no more, all before it are gone too, and the oldest that is left is the next.
 * @throws Error of the file system
 */
export async function openSuccessor(folder: string, id: string, current: OpenLogFile | undefined): Promise<Successor> {
  for (let attempt = 1; ; attempt++) {
    const files = await listLogFiles(folder, id);
    if (files === undefined) return { kind: 'gone' };
    try {
      const next = files[(await indexOf(files, current)) + 1];
      return next === undefined ? NONE : { kind: 'next', file: await openLogFile(next) };
    } catch (error) {
      if (!isGone(error)) throw error;
      // Whatever renames files that fast will be seen again.
      if (attempt === ATTEMPTS) return NONE;
    }
  }
}

async function indexOf(files: readonly ListedLogFile[], current: OpenLogFile | undefined): Promise<number> {
  if (current === undefined) return -1;
  const index = files.findIndex(({ inode, device }) => inode === current.inode && device === current.device);
  if (index >= 0 || current.isCompressed) return index;
  const head = await headOf(current);
  for (const [at, listed] of files.entries()) {
    if (listed.isCompressed && head.length > 0 && (await beginsWith(listed, head))) return at;
  }
  return -1;
}

async function beginsWith(listed: ListedLogFile, head: Buffer): Promise<boolean> {
  const file = await openLogFile(listed);
  const found = await keepOpen(file, headOf);
  file.close();
  return found.equals(head);
}

async function headOf(file: OpenLogFile): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(HEAD_BYTES);
  return buffer.subarray(0, await file.read(buffer, 0));
}
