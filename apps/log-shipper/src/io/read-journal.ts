import { type FileHandle, open, rename } from 'node:fs/promises';
import { describeError, type Logger } from '@wharf/agent';
import { JOURNAL_HEADER, JOURNAL_SEED } from '../checkpoints/checkpoint-record.ts';
import { isGone } from './files/list-log-files.ts';
import { readRecords } from './spool/read-records.ts';

/** A journal that can be added to. */
export interface JournalFile {
  readonly handle: FileHandle;
  /** Its records end there. */
  size: number;
}

/**
 * Reads a journal up to the last good record, and cuts off what a crash left behind it. What is no journal, or cannot
 * be read, is set aside.
 * @param onRecord false when it means nothing
 * @returns undefined when the journal has to be written anew
 */
export async function readJournal(
  path: string,
  onRecord: (record: Buffer) => boolean,
  log: Logger,
): Promise<JournalFile | undefined> {
  let end: number;
  try {
    end = await readAll(path, onRecord);
  } catch (error) {
    if (!isGone(error)) await setAside(path, error, log);
    return undefined;
  }
  try {
    return await openAt(path, end, log);
  } catch (error) {
    log.warn({ file: path, reason: describeError(error) }, 'checkpoints can be read, but not added to');
    return undefined;
  }
}

/** Returns where the last good record ends. */
async function readAll(path: string, onRecord: (record: Buffer) => boolean): Promise<number> {
  const handle = await open(path, 'r');
  try {
    if (!(await hasHeader(handle))) throw new Error('it is no journal of checkpoints of this version');
    const { size } = await handle.stat();
    let at = JOURNAL_HEADER.length;
    while (at < size) {
      const { records, next, isBad } = await readRecords(handle, at, size, JOURNAL_SEED);
      for (const { record, offset } of records) if (!onRecord(record)) return offset;
      at = next;
      if (isBad) break;
    }
    return at;
  } finally {
    await handle.close();
  }
}

async function openAt(path: string, end: number, log: Logger): Promise<JournalFile> {
  const handle = await open(path, 'r+');
  try {
    const { size } = await handle.stat();
    if (end < size) {
      log.warn({ file: path, bytes: size - end }, 'the end of the checkpoints is torn or damaged, and is cut off');
      await handle.truncate(end);
    }
    return { handle, size: end };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function hasHeader(handle: FileHandle): Promise<boolean> {
  const header = Buffer.alloc(JOURNAL_HEADER.length);
  await handle.read(header, 0, header.length, 0);
  return header.equals(JOURNAL_HEADER);
}

async function setAside(path: string, cause: unknown, log: Logger): Promise<void> {
  const reason = describeError(cause);
  try {
    await rename(path, `${path}.corrupt`);
    log.warn({ file: path, reason }, 'the checkpoints cannot be used and are set aside');
  } catch (error) {
    log.warn({ file: path, reason, kept: describeError(error) }, 'the checkpoints cannot be used');
  }
}
