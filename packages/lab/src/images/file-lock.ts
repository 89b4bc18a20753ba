import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findCommand } from '@wharf/testkit';

/** A lock that is held. */
export interface FileLock {
  release(): Promise<void>;
}

/**
 * Waits for a lock on a file, which is made if need be, and takes it. The lock goes with its holder, however that dies: it
 * is held by a process that ends when its standard input does.
 * @throws Error naming the remedy when `flock` is missing
 */
export async function takeFileLock(file: string): Promise<FileLock> {
  const flock = findCommand('flock');
  if (flock === undefined) throw new Error('flock is not on the PATH: apt-get install util-linux');
  const holder = spawn(flock, [file, 'sh', '-c', 'echo held; read -r _'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = once(holder, 'close');
  const outcome = await Promise.race([once(holder.stdout, 'data'), ended.then(() => undefined)]);
  if (outcome === undefined) throw new Error(`no lock can be had on ${file}`);
  return {
    async release() {
      holder.stdin.end();
      await ended;
    },
  };
}
