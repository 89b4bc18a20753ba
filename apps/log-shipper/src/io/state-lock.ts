import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describeError, type Logger } from '@wharf/agent';
import { hasCode } from './has-code.ts';
import { makePrivateFolder } from './spool/private-folder.ts';

/** Another process works with the folder. */
export class StateFolderInUseError extends Error {
  override readonly name = 'StateFolderInUseError';
}

export interface StateLock {
  release(): Promise<void>;
}

const NAME = 'lock';
const ATTEMPTS = 5;
const ANSWER_MS = 1_000;

/**
 * Takes a folder for this process alone, until it ends, however it does: the lock is a socket in the folder on which the
 * process listens. Unlike the number of a process it holds between containers, each with process and network namespaces
 * of its own, that share the folder. Where a socket cannot be made, as in a folder that is read-only, it goes on without.
 * @throws StateFolderInUseError which names the process that has the folder
 */
export async function lockStateFolder(folder: string, log: Logger): Promise<StateLock> {
  let handle: FileHandle | undefined;
  try {
    await makePrivateFolder(folder);
    handle = await open(folder, 'r');
    return await takeLock(new FolderNames(folder, handle));
  } catch (error) {
    if (error instanceof StateFolderInUseError) throw error;
    log.warn(
      { folder, reason: describeError(error) },
      'the state folder cannot be locked: no other process may use it',
    );
    return { release: async () => undefined };
  } finally {
    await handle?.close();
  }
}

/** Sockets have names of at most 107 bytes, whatever the folder's is: they are reached through its descriptor. */
class FolderNames {
  readonly folder: string;
  readonly #handle: FileHandle;
  constructor(folder: string, handle: FileHandle) {
    this.folder = folder;
    this.#handle = handle;
  }
  path(name: string): string {
    return join(this.folder, name);
  }
  socket(name: string): string {
    return `/proc/self/fd/${this.#handle.fd}/${name}`;
  }
}

async function takeLock(names: FolderNames): Promise<StateLock> {
  const own = `${NAME}.${randomBytes(6).toString('hex')}`;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(`process ${process.pid} on ${hostname()}`);
  });
  server.unref();
  server.listen(names.socket(own));
  await once(server, 'listening');
  try {
    await linkAs(names, own);
  } catch (error) {
    server.close();
    await rm(names.path(own), { force: true });
    throw error;
  }
  await rm(names.path(own), { force: true });
  return { release: () => release(server, names.path(NAME)) };
}

/** Gives the socket the name of the lock, which only one can have. */
async function linkAs(names: FolderNames, own: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await link(names.path(own), names.path(NAME));
      return;
    } catch (error) {
      if (!hasCode(error, 'EEXIST') || attempt === ATTEMPTS) throw error;
    }
    await removeStale(names, `${own}.stale`);
  }
}

/**
 * Takes away a lock on which nobody listens any more. Another process may do the same and have the lock by now: what was
 * taken away is therefore asked once more, and put back when it answers.
 */
async function removeStale(names: FolderNames, aside: string): Promise<void> {
  await refuseIfHeld(names, NAME);
  try {
    await rename(names.path(NAME), names.path(aside));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  try {
    await refuseIfHeld(names, aside);
  } catch (error) {
    await link(names.path(aside), names.path(NAME)).catch(() => undefined);
    throw error;
  } finally {
    await rm(names.path(aside), { force: true });
  }
}

/** @throws StateFolderInUseError when somebody listens */
async function refuseIfHeld(names: FolderNames, name: string): Promise<void> {
  const holder = await askHolder(names.socket(name));
  if (holder !== undefined) throw new StateFolderInUseError(`${holder} uses the state folder ${names.folder} already`);
}

/** Who listens; undefined when nobody does. */
function askHolder(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let isHeld = false;
    let answer = '';
    const finish = (): void => {
      socket.destroy();
      resolve(isHeld ? answer || 'another process' : undefined);
    };
    socket.setEncoding('utf8');
    socket.setTimeout(ANSWER_MS, finish);
    socket.on('connect', () => {
      isHeld = true;
    });
    socket.on('data', (text: string) => {
      answer = (answer + text).slice(0, 200);
    });
    socket.on('error', finish);
    socket.on('end', finish);
  });
}

async function release(server: Server, path: string): Promise<void> {
  await rm(path, { force: true });
  const closed = once(server, 'close');
  server.close();
  await closed;
}
