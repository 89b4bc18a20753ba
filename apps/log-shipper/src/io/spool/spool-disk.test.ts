import { join } from 'node:path';
import { silentLogger, systemClock } from '@wharf/agent';
import { eventually } from '@wharf/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { numberedBatch, numberOf } from '../../testing/numbered-messages.ts';
import { createSmallDisk, type SmallDisk } from '../../testing/small-disk.ts';
import { openSpool, type Spool, type SpoolSettings } from './open-spool.ts';
import type { SpoolLimits } from './spool-context.ts';

const disks: SmallDisk[] = [];
const spools = new Set<Spool>();
afterEach(async () => {
  for (const spool of spools) await spool.close();
  spools.clear();
  for (const disk of disks.splice(0)) disk.remove();
});
const newDisk = (): SmallDisk => {
  const disk = createSmallDisk();
  disks.push(disk);
  return disk;
};
const open = async (
  { root }: SmallDisk,
  limits: Partial<SpoolLimits> = {},
  onDropped: SpoolSettings['onDropped'] = () => undefined,
): Promise<Spool> => {
  const spool = await openSpool({
    folder: join(root, 'spool'),
    limits: {
      sizeBytes: 1 << 24,
      whenFull: 'block',
      syncMs: 1,
      memory: { messages: 1_000_000, bytes: 1 << 16 },
      ...limits,
    },
    clock: systemClock,
    random: () => 0,
    log: silentLogger,
    onDropped,
  });
  spools.add(spool);
  return spool;
};
const close = async (spool: Spool): Promise<void> => {
  spools.delete(spool);
  await spool.close();
};
/** Pushes from `first` on until the spool is full and `isEnough`; returns the number behind the last one. */
const pushUntil = async (spool: Spool, first: number, isEnough: () => boolean): Promise<number> => {
  let next = first;
  await eventually(
    'enough',
    () => {
      for (let count = 0; count < 100 && !spool.isFull && !isEnough(); count++) {
        spool.push(numberedBatch(next, 20));
        next += 20;
      }
      expect(isEnough()).toBe(true);
    },
    { intervalMs: 1 },
  );
  return next;
};
const takeAll = async (spool: Spool): Promise<number[]> => {
  const numbers: number[] = [];
  while (spool.messages > 0) {
    await spool.available(AbortSignal.timeout(1_000));
    const taken = spool.take(1e9).map(numberOf);
    numbers.push(...taken);
    spool.confirm(taken.length);
  }
  return numbers;
};
const range = (first: number, end: number) => Array.from({ length: end - first }, (_, index) => first + index);

describe('openSpool on a disk that is full', () => {
  it('has readers wait, gives all in order, and goes on as soon as there is room', async () => {
    const disk = newDisk();
    const spool = await open(disk);
    const isStuck = () => spool.isFull && spool.trouble !== undefined;
    const first = await pushUntil(spool, 0, isStuck);
    expect(spool.trouble).toContain('ENOSPC');
    expect(await takeAll(spool)).toEqual(range(0, first));
    await eventually('the recovery', () => expect([spool.isFull, spool.trouble]).toEqual([false, undefined]));
    const second = await pushUntil(spool, first, isStuck);
    expect(second - first).toBeGreaterThan(5_000);
    expect(await takeAll(spool)).toEqual(range(first, second));
  });

  it('holds no more messages than it may, however short they are', async () => {
    const disk = newDisk();
    const spool = await open(disk, { memory: { messages: 100, bytes: 1 << 20 } });
    disk.fill();
    const pushed = await pushUntil(spool, 0, () => spool.isFull);
    expect(pushed).toBe(100);
    expect(await takeAll(spool)).toEqual(range(0, pushed));
    expect(spool.isFull).toBe(false);
  });

  it('after a restart has what was safe', async () => {
    const disk = newDisk();
    const spool = await open(disk);
    let safe = 0;
    let pushed = 0;
    await eventually(
      'a full disk',
      () => {
        for (let count = 0; count < 50 && !spool.isFull; count++) {
          const end = pushed + 20;
          spool.push(numberedBatch(pushed, 20, () => (safe = end)));
          pushed = end;
        }
        expect(spool.isFull && spool.trouble !== undefined).toBe(true);
      },
      { intervalMs: 1 },
    );
    await close(spool);
    const again = await open(disk);
    expect(await takeAll(again)).toEqual(range(0, safe));
    expect(safe).toBeGreaterThan(5_000);
  });

  it('writes what it could not when another has made room', async () => {
    const disk = newDisk();
    const spool = await open(disk);
    disk.fill();
    let isSafe = false;
    spool.push(numberedBatch(0, 100, () => (isSafe = true)));
    await eventually('the trouble', () => expect(spool.trouble).toContain('ENOSPC'));
    expect([isSafe, spool.take(1e9).length]).toEqual([false, 100]);
    disk.makeRoom();
    await eventually('the recovery', () => expect([isSafe, spool.trouble]).toEqual([true, undefined]));
    await close(spool);
    const again = await open(disk);
    expect(await takeAll(again)).toEqual(range(0, 100));
  });

  it('gives up the oldest messages when told so', async () => {
    let dropped = 0;
    const spool = await open(newDisk(), { whenFull: 'drop-oldest', sizeBytes: 1 << 21 }, (_reason, { messages }) => {
      dropped += messages;
    });
    const pushed = await pushUntil(spool, 0, () => dropped > 10_000);
    const numbers = await takeAll(spool);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(numbers.at(-1)).toBe(pushed - 1);
    expect(numbers.length + dropped).toBe(pushed);
    expect(spool.trouble).toBeUndefined();
  });
});

describe('openSpool on a disk that cannot be written', () => {
  it('gives what it has, takes more as long as memory does, and forgets nothing that was safe', async () => {
    const disk = newDisk();
    const first = await open(disk);
    await new Promise<void>((resolve) => {
      first.push(numberedBatch(0, 100, resolve));
    });
    await close(first);
    disk.remount('ro');
    const second = await open(disk);
    second.push(numberedBatch(100, 20));
    await eventually('the trouble', () => expect(second.trouble).toContain('EROFS'));
    expect(await takeAll(second)).toEqual(range(0, 120));
    await close(second);
    disk.remount('rw');
    const third = await open(disk);
    expect(await takeAll(third)).toEqual(range(0, 100));
  });
});
