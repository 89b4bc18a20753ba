import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeFileLock } from './file-lock.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-lock-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('takeFileLock', () => {
  it('lets one in at a time', async () => {
    const file = join(folder, 'lock');
    let inside = 0;
    let most = 0;
    const visit = async (): Promise<void> => {
      const lock = await takeFileLock(file);
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      await lock.release();
    };
    await Promise.all([visit(), visit(), visit()]);
    expect(most).toBe(1);
  });

  it('goes with its holder, however that dies', async () => {
    const file = join(folder, 'lock');
    const program = `import { takeFileLock } from ${JSON.stringify(join(import.meta.dirname, 'file-lock.ts'))};
      await takeFileLock(${JSON.stringify(file)}); console.log('taken'); setInterval(() => undefined, 1_000);`;
    const args = ['--conditions=source', '--input-type=module', '--eval', program];
    const holder = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    let isTaken = false;
    const waiting = takeFileLock(file).then((lock) => {
      isTaken = true;
      return lock;
    });
    expect(isTaken).toBe(false);
    holder.kill('SIGKILL');
    await (await waiting).release();
  });

  it('fails where no file can be', async () => {
    await expect(takeFileLock(join(folder, 'nowhere', 'lock'))).rejects.toThrow('no lock can be had');
  });
});
