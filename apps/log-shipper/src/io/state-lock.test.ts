import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@wharf/agent';
import { eventually, startServer } from '@wharf/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { lockStateFolder, StateFolderInUseError } from './state-lock.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const newFolder = (...names: readonly string[]): string => {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-lock-'));
  folders.push(folder);
  return join(folder, ...names);
};
const lock = (folder: string) => lockStateFolder(folder, silentLogger);

describe('lockStateFolder', () => {
  it.each([
    ['a short name', ['state']],
    ['a name longer than that of a socket may be', ['long'.repeat(30), 'longer'.repeat(20)]],
  ])('lets one have the folder at a time: %s', async (_name, names) => {
    const folder = newFolder(...names);
    const first = await lock(folder);
    await expect(lock(folder)).rejects.toThrow(`process ${process.pid} on `);
    await first.release();
    const second = await lock(folder);
    expect(readdirSync(folder)).toEqual(['lock']);
    await second.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('lets one of many have it that come at once', async () => {
    const folder = newFolder();
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => lock(folder)));
    const held = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(held).toHaveLength(1);
    expect(reasons.every((reason) => reason instanceof StateFolderInUseError)).toBe(true);
    await held[0]?.release();
  });

  it('ends with the process, even one that is killed', async () => {
    const folder = newFolder();
    const holder = await startServer({
      name: 'the holder of a lock',
      command: process.execPath,
      args: ['--conditions=source', join(import.meta.dirname, '../testing/hold-state-lock.ts'), folder],
      remedy: 'install Node',
    });
    await eventually('the lock', () => expect(holder.output()).toBe('locked\n'));
    await expect(lock(folder)).rejects.toThrow(`process ${holder.pid} on `);
    await holder.stop('SIGKILL');
    expect(readdirSync(folder)).toEqual(['lock']);
    const next = await lock(folder);
    await next.release();
  });

  it('goes on without where there can be none, and says so', async () => {
    const folder = newFolder('file');
    writeFileSync(folder, '');
    const warnings: string[] = [];
    const log = { ...silentLogger, warn: (_fields: unknown, message: string) => void warnings.push(message) };
    const none = await lockStateFolder(folder, log);
    await none.release();
    expect(warnings).toEqual(['the state folder cannot be locked: no other process may use it']);
  });
});
