import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@wharf/agent';
import { afterEach, describe, expect, it } from 'vitest';
import { createSmallDisk } from '../testing/small-disk.ts';
import { prepareStateFolder, StateFolderUnusableError } from './state-folder.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-state-folder-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};
const newDisk = () => {
  const disk = createSmallDisk();
  cleanups.push(() => disk.remove());
  return disk;
};
const prepare = (folder: string) => prepareStateFolder(folder, silentLogger);

describe('prepareStateFolder', () => {
  it('makes it with those above it, for its owner alone, and leaves nothing in it', async () => {
    const folder = join(newFolder(), 'a', 'b');
    await prepare(folder);
    expect([statSync(folder).mode & 0o777, readdirSync(folder)]).toEqual([0o700, []]);
    await prepare(folder);
  });

  it.each([
    ['a plain file', (folder: string) => folder, /EEXIST/],
    ['below a plain file', (folder: string) => join(folder, 'state'), /ENOTDIR/],
    ['where nothing can be made', () => '/proc/xx', /ENOENT/],
    ['deep where nothing can be made', () => '/proc/xx/yy', /ENOENT/],
  ])('refuses one that cannot be made: %s', async (_name, place, reason) => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    const folder = place(file);
    const refusal = await prepare(folder).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StateFolderUnusableError);
    expect(String(refusal)).toContain(`the state folder ${folder} cannot be used`);
    expect(String(refusal)).toMatch(reason);
  });

  it('refuses one that is read-only', async () => {
    const disk = newDisk();
    await prepare(join(disk.root, 'state'));
    disk.remount('ro');
    await expect(prepare(join(disk.root, 'state'))).rejects.toThrow(/EROFS/);
    await expect(prepare(join(disk.root, 'other'))).rejects.toThrow(/EROFS/);
  });

  it('takes one on a full disk, which a spool may empty again', async () => {
    const disk = newDisk();
    const folder = join(disk.root, 'state');
    await prepare(folder);
    disk.fill();
    const warnings: string[] = [];
    const warn = (_fields: unknown, message: string) => void warnings.push(message);
    await prepareStateFolder(folder, { ...silentLogger, warn });
    expect([warnings, readdirSync(folder)]).toEqual([['the state folder cannot be written yet'], []]);
  });
});
