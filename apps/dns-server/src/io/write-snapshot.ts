import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SnapshotError } from '../snapshot/snapshot-error.ts';
import { renderChecksum } from '../snapshot/snapshot-format.ts';
import { MAX_SNAPSHOT_OCTETS } from '../snapshot/snapshot-limits.ts';

/** Text made between two turns of the event loop: a millisecond's work or two. */
const CHUNK_CHARACTERS = 64 * 1_024;

/** Only the server itself may read and write it: the records are answers, and answers are trusted. */
const FILE_MODE = 0o600;

/**
 * Writes a snapshot and puts it in the place of an earlier one in one step, so that at any time, also after a crash,
 * `file` is the earlier or the new one, whole. Until then it is `<file>.new`.
 * @param lines made as they are written, a chunk at a time
 * @param signal gives up: the earlier snapshot stays
 * @returns the file's size in octets
 * @throws SnapshotError
 */
export async function writeSnapshot(file: string, lines: Iterator<string>, signal: AbortSignal): Promise<number> {
  const draft = `${file}.new`;
  try {
    // What a crash left behind; a file opened as new is no link that somebody else has put there.
    await rm(draft, { force: true });
    const handle = await open(draft, 'wx', FILE_MODE);
    let octets: number;
    try {
      octets = await writeLines(handle, lines, signal);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (signal.aborted) throw new SnapshotError('stopped', `the snapshot ${file} was given up`);
    await rename(draft, file);
    await syncFolder(dirname(file));
    return octets;
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    if (error instanceof SnapshotError) throw error;
    throw new SnapshotError('unwritable', `the snapshot ${file} cannot be written`, { cause: error });
  }
}

async function writeLines(handle: FileHandle, lines: Iterator<string>, signal: AbortSignal): Promise<number> {
  const hash = createHash('sha256');
  let octets = 0;
  for (let chunk = nextChunk(lines); chunk !== ''; chunk = nextChunk(lines)) {
    if (signal.aborted) throw new SnapshotError('stopped', 'the snapshot was given up');
    const bytes = Buffer.from(chunk);
    octets += bytes.length;
    if (octets > MAX_SNAPSHOT_OCTETS) {
      throw new SnapshotError(
        'too-large',
        `the records take more than the ${MAX_SNAPSHOT_OCTETS} octets of a snapshot`,
      );
    }
    hash.update(bytes);
    await handle.writeFile(bytes);
  }
  const checksum = Buffer.from(`${renderChecksum(hash.digest('hex'))}\n`);
  await handle.writeFile(checksum);
  return octets + checksum.length;
}

function nextChunk(lines: Iterator<string>): string {
  let chunk = '';
  while (chunk.length < CHUNK_CHARACTERS) {
    const line = lines.next();
    if (line.done === true) break;
    chunk += `${line.value}\n`;
  }
  return chunk;
}

/** Makes the new name last through a crash of the host. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
