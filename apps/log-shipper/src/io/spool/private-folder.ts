import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode } from '../has-code.ts';

/** Only the shipper itself may read what it keeps: lines hold secrets. */
export const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/**
 * Makes the folder, and those above it, unless they are there. One after the other: `mkdir` with `recursive` tries for
 * ever where a folder is there and yet says of what shall be made in it that there is no such folder, as `/proc` does.
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  const above = dirname(folder);
  try {
    await makeOne(folder);
  } catch (error) {
    if (!hasCode(error, 'ENOENT') || above === folder) throw error;
    await makePrivateFolder(above);
    await makeOne(folder);
  }
}

async function makeOne(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: FOLDER_MODE });
  } catch (error) {
    const isThere = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isThere) throw error;
  }
}

/** Makes names that were added to the folder last through a crash of the host. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
