import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, type Logger } from '@wharf/agent';
import { isNoSpace } from './has-code.ts';
import { FILE_MODE, makePrivateFolder } from './spool/private-folder.ts';

/** A folder that was asked for cannot be used as it is; somebody has to mend it. */
export class StateFolderUnusableError extends Error {
  override readonly name = 'StateFolderUnusableError';
}

/**
 * Makes the folder if need be, and writes to it once. A disk that is full is no reason to end: a spool that lies on it
 * makes room when it is sent.
 * @throws StateFolderUnusableError
 */
export async function prepareStateFolder(folder: string, log: Logger): Promise<void> {
  try {
    await makePrivateFolder(folder);
    await writeOnce(join(folder, `.probe.${randomBytes(6).toString('hex')}`));
  } catch (error) {
    const reason = describeError(error);
    if (!isNoSpace(error)) {
      throw new StateFolderUnusableError(`the state folder ${folder} cannot be used: ${reason}`, { cause: error });
    }
    log.warn({ folder, reason }, 'the state folder cannot be written yet');
  }
}

async function writeOnce(path: string): Promise<void> {
  try {
    await writeFile(path, '\n', { flag: 'wx', mode: FILE_MODE });
  } finally {
    await rm(path, { force: true });
  }
}
