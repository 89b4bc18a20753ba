import { mkdir, open } from 'node:fs/promises';

/** Only the shipper itself may read what it keeps: lines hold secrets. */
export const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Makes the folder, and those above it, unless they are there. */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
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
