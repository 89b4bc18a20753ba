import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManualClock, type Logger, silentLogger } from '@wharf/agent';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { JOURNAL_HEADER } from '../checkpoints/checkpoint-record.ts';
import type { CheckpointStore } from '../checkpoints/checkpoint-store.ts';
import type { Checkpoint } from '../lines/resume-point.ts';
import { createSmallDisk, type SmallDisk } from '../testing/small-disk.ts';
import { openCheckpointFile } from './checkpoint-file.ts';

const folders: string[] = [];
const disks: SmallDisk[] = [];
afterEach(() => {
  for (const disk of disks.splice(0)) disk.remove();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-checkpoints-'));
  folders.push(folder);
  return join(folder, 'state');
};
const warnings: string[] = [];
const clock = createManualClock();
const log: Logger = {
  ...silentLogger,
  warn: (_fields: unknown, message: string) => void warnings.push(message),
  child: () => log,
};
afterEach(() => warnings.splice(0));
const open = (folder: string, entryLimit = 1_000) =>
  openCheckpointFile({ folder, route: 'syslog://logs.example.org', clock, log, entryLimit });
const fileIn = (folder: string) =>
  join(folder, readdirSync(folder).find((name) => name.endsWith('.checkpoints')) ?? '');

const timestamp = (nano: number) => `2026-02-03T04:05:06.${String(nano).padStart(9, '0')}Z`;
const checkpointAt = (nano: number, known = 3): Checkpoint => ({
  since: `1770091506.${String(nano).padStart(9, '0')}`,
  known: Array.from({ length: known }, (_, index) => ({ timestamp: timestamp(nano + index), print: nano * 7 + index })),
});
const all = (store: CheckpointStore, ids: readonly string[]) => ids.map((id) => store.get(id));

describe('openCheckpointFile', () => {
  it('has after a restart what was put last, and not what was removed', async () => {
    const folder = newFolder();
    const first = await open(folder);
    expect([first.aliveNano, first.isLasting, first.get('a')]).toEqual([undefined, true, undefined]);
    first.put('a', checkpointAt(1));
    first.put('b', checkpointAt(2));
    await first.flush(5n);
    const position = { device: 2 ** 40, inode: 2 ** 52, offset: 12, print: 4_294_967_295 };
    first.put('a', { since: undefined, known: [], position });
    first.put('c', checkpointAt(3, 300));
    first.remove('b');
    await first.flush(1_770_091_506_123_456_789n);
    await first.close();
    const second = await open(folder);
    expect(all(second, ['a', 'b', 'c'])).toEqual([
      { since: undefined, known: [], position },
      undefined,
      checkpointAt(3, 300),
    ]);
    expect(second.aliveNano).toBe(1_770_091_506_123_456_789n);
    await second.close();
    expect(warnings).toEqual([]);
  });

  it('only its owner can read', async () => {
    const folder = newFolder();
    const store = await open(folder);
    await store.flush(1n);
    await store.close();
    expect([statSync(folder).mode & 0o777, statSync(fileIn(folder)).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it('does not write while nothing changes, but for being alive now and then', async () => {
    const folder = newFolder();
    const store = await open(folder);
    await store.flush(1n);
    const { size } = statSync(fileIn(folder));
    for (let nano = 2n; nano < 100n; nano++) await store.flush(nano);
    expect(statSync(fileIn(folder)).size).toBe(size);
    await store.flush(5_000_000_001n);
    expect(statSync(fileIn(folder)).size).toBeGreaterThan(size);
    await store.close();
  });

  it('is rewritten when most of it is out of date', async () => {
    const folder = newFolder();
    const store = await open(folder);
    let longest = 0;
    for (let nano = 0; nano < 400; nano++) {
      for (const id of ['a', 'b', 'c']) store.put(id, checkpointAt(nano, 250));
      await store.flush(BigInt(nano));
      longest = Math.max(longest, statSync(fileIn(folder)).size);
    }
    await store.close();
    expect(longest).toBeGreaterThan(900_000);
    expect(longest).toBeLessThanOrEqual(1_048_576);
    const again = await open(folder);
    expect(all(again, ['a', 'b', 'c'])).toEqual([1, 2, 3].map(() => checkpointAt(399, 250)));
    await again.close();
  });

  it('forgets those put longest ago when there are too many', async () => {
    const folder = newFolder();
    const store = await open(folder, 3);
    for (const id of ['a', 'b', 'c', 'a', 'd']) store.put(id, checkpointAt(1));
    await store.flush(1n);
    await store.close();
    const again = await open(folder, 3);
    expect(['a', 'b', 'c', 'd'].filter((id) => again.get(id) !== undefined)).toEqual(['a', 'c', 'd']);
    await again.close();
  });

  it('sets aside what is no journal, and begins anew', async () => {
    const folder = newFolder();
    const first = await open(folder);
    first.put('a', checkpointAt(1));
    await first.flush(1n);
    await first.close();
    const file = fileIn(folder);
    writeFileSync(file, 'something else entirely');
    const second = await open(folder);
    expect(second.get('a')).toBeUndefined();
    second.put('b', checkpointAt(2));
    await second.flush(2n);
    await second.close();
    expect(readFileSync(`${file}.corrupt`, 'utf8')).toBe('something else entirely');
    expect(warnings).toEqual(['the checkpoints cannot be used and are set aside']);
    const third = await open(folder);
    expect(third.get('b')).toEqual(checkpointAt(2));
    await third.close();
  });

  it('has what it had before, or what it was to have, wherever a crash cuts the file', async () => {
    const folder = newFolder();
    const first = await open(folder);
    first.put('a', checkpointAt(1));
    await first.flush(1n);
    const before = readFileSync(fileIn(folder));
    first.put('a', checkpointAt(2));
    first.put('b', checkpointAt(3));
    await first.flush(2n);
    await first.close();
    const file = fileIn(folder);
    const after = readFileSync(file);
    const seen = new Set<string>();
    for (let length = before.length; length <= after.length; length++) {
      writeFileSync(file, after.subarray(0, length));
      const store = await open(folder);
      const found = all(store, ['a', 'b']).map((each) => each?.since?.slice(-1) ?? '-');
      seen.add(found.join(''));
      store.put('c', checkpointAt(9));
      await store.flush(3n);
      await store.close();
      const again = await open(folder);
      expect(again.get('c')).toEqual(checkpointAt(9));
      await again.close();
    }
    expect([...seen]).toEqual(['1-', '2-', '23']);
  });

  it('does not bring back what lay behind a damaged record', async () => {
    const folder = newFolder();
    const first = await open(folder);
    first.put('a', checkpointAt(1));
    await first.flush(1n);
    await first.close();
    const bytes = readFileSync(fileIn(folder));
    const damaged = JOURNAL_HEADER.length + 10;
    bytes[damaged] = (bytes[damaged] ?? 0) ^ 1;
    writeFileSync(fileIn(folder), bytes);
    const second = await open(folder);
    await second.flush(2n);
    await second.close();
    const third = await open(folder);
    expect([third.aliveNano, third.get('a')]).toEqual([2n, undefined]);
    await third.close();
  });

  it('never gives a checkpoint that was not put, whichever bit is flipped', async () => {
    const folder = newFolder();
    const first = await open(folder);
    for (let nano = 1; nano < 8; nano++) first.put(`container ${nano}`, checkpointAt(nano));
    await first.flush(1n);
    await first.close();
    const file = fileIn(folder);
    const good = readFileSync(file);
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(file, bad);
      const store = await open(folder);
      for (let nano = 1; nano < 8; nano++) {
        expect([undefined, checkpointAt(nano)]).toContainEqual(store.get(`container ${nano}`));
      }
      await store.close();
    }
  });

  it('goes on with a file that is deleted while it is at work', async () => {
    const folder = newFolder();
    const store = await open(folder);
    store.put('a', checkpointAt(1));
    await store.flush(1n);
    rmSync(folder, { recursive: true });
    store.put('b', checkpointAt(2));
    await store.flush(2n);
    await store.close();
    const again = await open(folder);
    expect(all(again, ['a', 'b'])).toEqual([checkpointAt(1), checkpointAt(2)]);
    await again.close();
  });

  it('says once that it cannot write, and has everything when it can', async () => {
    const folder = newFolder();
    writeFileSync(folder, 'in the way');
    const store = await open(folder);
    store.put('a', checkpointAt(1));
    await store.flush(1n);
    await store.flush(2n);
    expect(warnings).toEqual(['checkpoints cannot be written; it is tried again']);
    expect([store.isLasting, store.trouble]).toEqual([false, expect.stringContaining('EEXIST')]);
    rmSync(folder);
    store.put('b', checkpointAt(2));
    await store.flush(3n);
    expect([store.isLasting, store.trouble]).toEqual([true, undefined]);
    await store.close();
    const again = await open(folder);
    expect(all(again, ['a', 'b'])).toEqual([checkpointAt(1), checkpointAt(2)]);
    await again.close();
  });

  it('works with what it has on a disk that is full or cannot be written', async () => {
    const disk = createSmallDisk();
    disks.push(disk);
    const folder = join(disk.root, 'state');
    const first = await open(folder);
    first.put('a', checkpointAt(1));
    await first.flush(1n);
    disk.fill();
    for (let nano = 2; nano < 30; nano++) {
      first.put('a', checkpointAt(nano, 250));
      await first.flush(BigInt(nano));
    }
    expect([first.isLasting, first.get('a')]).toEqual([false, checkpointAt(29, 250)]);
    disk.makeRoom();
    await first.flush(30n);
    expect(first.isLasting).toBe(true);
    await first.close();
    disk.remount('ro');
    const second = await open(folder);
    expect(second.get('a')).toEqual(checkpointAt(29, 250));
    second.put('b', checkpointAt(2));
    await second.flush(31n);
    disk.remount('rw');
    await second.flush(32n);
    await second.close();
    const third = await open(folder);
    expect(all(third, ['a', 'b'])).toEqual([checkpointAt(29, 250), checkpointAt(2)]);
    await third.close();
    expect(warnings).toEqual([
      'checkpoints cannot be written; it is tried again',
      'checkpoints can be read, but not added to',
      'checkpoints cannot be written; it is tried again',
    ]);
  });

  it('is a map that lasts', async () => {
    const ids = ['a', 'b', 'c'];
    const mark = fc.record({
      timestamp: fc.oneof(
        fc.integer({ min: 0, max: 999_999_999 }).map(timestamp),
        fc.string({ unit: 'binary-ascii', maxLength: 40 }),
      ),
      print: fc.nat({ max: 0xffffffff }),
    });
    const checkpoint = fc.record({
      since: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
      known: fc.array(mark, { maxLength: 20 }),
    });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('put' as const), id: fc.constantFrom(...ids), checkpoint }),
      fc.record({
        kind: fc.constantFrom('remove', 'flush', 'restart'),
        id: fc.constantFrom(...ids),
        checkpoint: fc.constant({ since: undefined, known: [] }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const folder = newFolder();
        const model = new Map<string, Checkpoint>();
        let store = await open(folder);
        for (const { kind, id, checkpoint } of steps) {
          if (kind === 'put') {
            store.put(id, checkpoint);
            model.set(id, checkpoint);
          }
          if (kind === 'remove') {
            store.remove(id);
            model.delete(id);
          }
          if (kind === 'flush' || kind === 'restart') await store.flush(1n);
          if (kind === 'restart') {
            await store.close();
            appendFileSync(fileIn(folder), 'torn');
            store = await open(folder);
          }
          expect(all(store, ids)).toEqual(ids.map((each) => model.get(each)));
        }
        await store.close();
      }),
      { numRuns: 60 },
    );
  });
});
