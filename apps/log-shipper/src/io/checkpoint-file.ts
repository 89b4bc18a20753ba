import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock, Logger } from '@wharf/agent';
import { JOURNAL_HEADER, renderAlive, renderPut, renderRemove } from '../checkpoints/checkpoint-record.ts';
import type { CheckpointStore } from '../checkpoints/checkpoint-store.ts';
import { createJournal } from '../checkpoints/journal.ts';
import { routeFileName } from '../checkpoints/route-file-name.ts';
import { type JournalFile, readJournal } from './read-journal.ts';
import { FILE_MODE, makePrivateFolder, syncFolder } from './spool/private-folder.ts';
import { writeFully } from './spool/write-fully.ts';
import { createTroubleLog } from './trouble-log.ts';

export interface CheckpointFileSettings {
  /** The state folder; made when it is not there. */
  readonly folder: string;
  /** The route's URI. */
  readonly route: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** The most containers; those put longest ago are forgotten first. */
  readonly entryLimit?: number;
}

const ENTRY_LIMIT = 100_000;
/** A journal is not rewritten before it is so long, in bytes. */
const SMALL = 1_048_576;
/** How often it is noted, at least, that the shipper is at work, in nanoseconds: nothing else may change for days. */
const ALIVE_NANO = 5_000_000_000n;

/**
 * Checkpoints of one route in a journal: each flush adds what has changed with one write, and the journal is written
 * anew when most of it is out of date. A journal that cannot be read is set aside; one that cannot be written is tried
 * again with every flush.
 */
export async function openCheckpointFile(settings: CheckpointFileSettings): Promise<CheckpointStore> {
  const { folder, route, clock, log, entryLimit = ENTRY_LIMIT } = settings;
  const path = join(folder, `${routeFileName(route)}.checkpoints`);
  const journal = createJournal(entryLimit);
  let file = await readJournal(path, (record) => journal.load(record), log);
  let writtenNano = journal.aliveNano;
  const writing = createTroubleLog(log.child({ file: path }), clock, {
    failed: 'checkpoints cannot be written; it is tried again',
    well: 'checkpoints can be written again',
  });
  let last = Promise.resolve();

  const closeFile = async (): Promise<void> => {
    const { handle } = file ?? {};
    file = undefined;
    await handle?.close().catch(ignore);
  };
  const rewrite = async (aliveNano: bigint): Promise<void> => {
    await makePrivateFolder(folder);
    const next = await replaceJournal(path, [JOURNAL_HEADER, renderAlive(aliveNano), ...journal.records]);
    await closeFile();
    file = next;
  };
  const append = async (target: JournalFile, bytes: Buffer): Promise<void> => {
    let isSuspect = false;
    try {
      await writeFully(target.handle, bytes, target.size);
      isSuspect = true;
      await target.handle.datasync();
      target.size += bytes.length;
    } catch (error) {
      // What was written of it must not stay in front of what comes next.
      const isUndone = await target.handle.truncate(target.size).then(
        () => true,
        () => false,
      );
      if (isSuspect || !isUndone) await closeFile();
      throw error;
    }
  };
  const write = async (changes: readonly Buffer[], aliveNano: bigint): Promise<void> => {
    if (file !== undefined && (await file.handle.stat()).nlink === 0) await closeFile();
    const bytes = Buffer.concat([...changes, renderAlive(aliveNano)]);
    if (file === undefined) return await rewrite(aliveNano);
    if (file.size + bytes.length <= Math.max(SMALL, 2 * journal.bytes)) return await append(file, bytes);
    try {
      await rewrite(aliveNano);
    } catch {
      await append(file, bytes);
    }
  };
  const flush = async (aliveNano: bigint): Promise<void> => {
    const isDue = writtenNano === undefined || aliveNano - writtenNano >= ALIVE_NANO || aliveNano < writtenNano;
    if (journal.changes === 0 && !isDue) return;
    const changes = journal.takeChanges();
    try {
      await write([...changes.values()], aliveNano);
      writtenNano = aliveNano;
      writing.succeeded();
    } catch (error) {
      journal.giveBack(changes);
      writing.failed(error);
    }
  };

  const { aliveNano } = journal;
  return {
    get isLasting() {
      return writing.trouble === undefined;
    },
    get trouble() {
      return writing.trouble;
    },
    aliveNano,
    get: (id) => journal.get(id),
    put: (id, checkpoint) => journal.put(id, renderPut(id, checkpoint)),
    remove: (id) => journal.remove(id, renderRemove(id)),
    retain(ids) {
      for (const id of [...journal.ids].filter((each) => !ids.has(each))) journal.remove(id, renderRemove(id));
    },
    flush(aliveNano) {
      last = last.then(() => flush(aliveNano));
      return last;
    },
    async close() {
      await last;
      await closeFile();
    },
  };
}

/** Writes a journal and puts it in the place of the one before in one step. */
async function replaceJournal(path: string, parts: readonly Buffer[]): Promise<JournalFile> {
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  const handle = await open(draft, 'wx', FILE_MODE);
  try {
    const bytes = Buffer.concat(parts);
    await writeFully(handle, bytes, 0);
    await handle.sync();
    await rename(draft, path);
    await syncFolder(dirname(path));
    return { handle, size: bytes.length };
  } catch (error) {
    await handle.close().catch(ignore);
    await rm(draft, { force: true }).catch(ignore);
    throw error;
  }
}

function ignore(): void {}
