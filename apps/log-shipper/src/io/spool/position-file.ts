import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ConfirmedPosition,
  parsePositions,
  renderPosition,
  SLOT_DISTANCE,
} from '../../spool/confirmed-position.ts';
import { FILE_MODE, makePrivateFolder } from './private-folder.ts';
import { writeFully } from './write-fully.ts';

/** Keeps up to where a spool is confirmed. */
export interface PositionFile {
  /** As it was when the file was opened. */
  readonly found: ConfirmedPosition | undefined;
  /** Resolves when it is on disk. A call begins when the one before has ended. */
  write(position: ConfirmedPosition): Promise<void>;
  close(): Promise<void>;
}

/** A file that cannot be read is as one that is not there: more is sent again then. */
export async function openPositionFile(folder: string): Promise<PositionFile> {
  const path = join(folder, 'confirmed');
  const newest = await readPosition(path).catch(() => undefined);
  let turn = newest?.turn ?? 0;
  let handle: FileHandle | undefined;

  const close = async (): Promise<void> => {
    const open = handle;
    handle = undefined;
    await open?.close().catch(() => undefined);
  };
  return {
    found: newest && { segment: newest.segment, offset: newest.offset, messages: newest.messages },
    async write(position) {
      if (handle !== undefined && (await handle.stat()).nlink === 0) await close();
      try {
        handle ??= await openForWriting(folder, path);
        turn++;
        await writeFully(handle, renderPosition(position, turn), (turn & 1) * SLOT_DISTANCE);
        await handle.datasync();
      } catch (error) {
        await close();
        throw error;
      }
    },
    close,
  };
}

async function readPosition(path: string): Promise<ReturnType<typeof parsePositions>> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(2 * SLOT_DISTANCE);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return parsePositions(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

async function openForWriting(folder: string, path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch {
    await makePrivateFolder(folder);
    return await open(path, 'wx', FILE_MODE);
  }
}
