import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@wharf/agent';
import { eventually } from '@wharf/testkit';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { SEGMENT_HEADER } from '../../spool/segment-format.ts';
import { numberedBatch, numberedMessage, numberOf } from '../../testing/numbered-messages.ts';
import { openSpool, type Spool, type SpoolSettings } from './open-spool.ts';
import type { SpoolLimits } from './spool-context.ts';

const forever = new AbortController().signal;
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-spool-'));
  folders.push(folder);
  return join(folder, 'spool');
};
const open = (folder: string, limits: Partial<SpoolLimits> = {}, settings: Partial<SpoolSettings> = {}) =>
  openSpool({
    folder,
    limits: {
      sizeBytes: 1 << 26,
      whenFull: 'block',
      syncMs: 1,
      memory: { messages: 1_000_000, bytes: 1 << 20 },
      ...limits,
    },
    clock: systemClock,
    random: Math.random,
    log: silentLogger,
    onDropped: () => undefined,
    ...settings,
  });
const pushSafely = (spool: Spool, first: number, count: number) =>
  new Promise<void>((resolve) => {
    spool.push(numberedBatch(first, count, resolve));
  });
const takeAll = async (spool: Spool): Promise<number[]> => {
  const numbers: number[] = [];
  while (spool.messages > numbers.length) {
    await spool.available(AbortSignal.timeout(10));
    numbers.push(...spool.take(1e9).map(numberOf));
  }
  return numbers;
};
const range = (first: number, end: number) => Array.from({ length: end - first }, (_, index) => first + index);
const segmentsOf = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.segment'));

describe('openSpool', () => {
  it('has what was safe after a restart, but not what was confirmed', async () => {
    const folder = newFolder();
    const first = await open(folder);
    await pushSafely(first, 0, 10);
    await pushSafely(first, 10, 10);
    first.take(1e9, 13);
    first.confirm(13);
    await first.close();
    const second = await open(folder);
    expect(second.messages).toBe(7);
    expect(second.bytes).toBe(Buffer.concat(range(13, 20).map((each) => Buffer.from(numberedMessage(each)))).length);
    expect(await takeAll(second)).toEqual(range(13, 20));
    second.confirm(7);
    await second.close();
    expect(segmentsOf(folder)).toEqual([]);
  });

  it('keeps what is confirmed in time off the disk', async () => {
    const folder = newFolder();
    const spool = await open(folder, { syncMs: 60_000 });
    const safe: number[] = [];
    for (const each of range(0, 100)) {
      spool.push(numberedBatch(each, 1, () => safe.push(each)));
      spool.take(1e9);
      spool.confirm(1);
    }
    expect(safe).toEqual(range(0, 100));
    await spool.close();
    expect(segmentsOf(folder)).toEqual([]);
  });

  it('only its owner can read', async () => {
    const folder = newFolder();
    const spool = await open(folder);
    await pushSafely(spool, 0, 1);
    await spool.close();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600]);
  });

  it('tells batches that they are safe in order, those without a message too', async () => {
    const spool = await open(newFolder());
    const safe: string[] = [];
    const push = (name: string, count: number) => spool.push(numberedBatch(0, count, () => safe.push(name)));
    push('empty at first', 0);
    expect(safe).toEqual(['empty at first']);
    push('a', 3);
    push('empty', 0);
    push('b', 3);
    await eventually('all to be safe', () => expect(safe).toEqual(['empty at first', 'a', 'empty', 'b']));
    await spool.close();
  });

  it('is full at its size until whole segments are confirmed', async () => {
    const folder = newFolder();
    const spool = await open(folder, { sizeBytes: 1 << 16, memory: { messages: 1_000_000, bytes: 1 << 14 } });
    let pushed = 0;
    while (!spool.isFull || spool.diskBytes < 1 << 16) {
      await pushSafely(spool, pushed, 20);
      pushed += 20;
    }
    expect(spool.diskBytes).toBeLessThan((1 << 16) + 2_048);
    const numbers: number[] = [];
    while (spool.isFull) {
      await spool.available(forever);
      const taken = spool.take(1e9).map(numberOf);
      numbers.push(...taken);
      spool.confirm(taken.length);
      if (spool.isFull && spool.messages === 0) await spool.room(forever);
    }
    expect(numbers).toEqual(range(0, numbers.length));
    await spool.close();
  });

  it('writes at once what fills half of its memory, by messages too, and holds no more of it', async () => {
    const folder = newFolder();
    const spool = await open(folder, { syncMs: 3_600_000, memory: { messages: 40, bytes: 1 << 20 } });
    await pushSafely(spool, 0, 20);
    await pushSafely(spool, 20, 20);
    await pushSafely(spool, 40, 20);
    expect([spool.isFull, spool.messages, spool.take(1e9).length]).toEqual([false, 60, 40]);
    spool.confirm(40);
    expect(await takeAll(spool)).toEqual(range(40, 60));
    await spool.close();
  });

  it('takes a batch that is larger than the whole spool', async () => {
    const folder = newFolder();
    const spool = await open(folder, { sizeBytes: 1 << 14, memory: { messages: 1_000_000, bytes: 1 << 14 } });
    await pushSafely(spool, 0, 5_000);
    expect(spool.isFull).toBe(true);
    expect(await takeAll(spool)).toEqual(range(0, 5_000));
    spool.confirm(5_000);
    await spool.room(forever);
    expect(spool.isFull).toBe(false);
    await spool.close();
  });

  it('gives up the oldest that are on disk alone, and counts them', async () => {
    const dropped = { messages: 0, bytes: 0 };
    const reasons = new Set<string>();
    const onDropped: SpoolSettings['onDropped'] = (reason, { messages, bytes }) => {
      reasons.add(reason);
      dropped.messages += messages;
      dropped.bytes += bytes;
    };
    const folder = newFolder();
    const spool = await open(
      folder,
      { sizeBytes: 1 << 16, memory: { messages: 1_000_000, bytes: 1 << 14 }, whenFull: 'drop-oldest' },
      { onDropped },
    );
    for (const each of range(0, 200)) await pushSafely(spool, each * 20, 20);
    expect(spool.isFull).toBe(false);
    expect(spool.diskBytes).toBeLessThanOrEqual(1 << 16);
    const bytesLeft = spool.bytes;
    const numbers: number[] = [];
    while (spool.messages > 0) {
      await spool.available(forever);
      const taken = spool.take(1e9).map(numberOf);
      numbers.push(...taken);
      spool.confirm(taken.length);
    }
    const all = range(0, 4_000);
    const lost = all.filter((each) => !numbers.includes(each));
    expect(numbers).toEqual(all.filter((each) => !lost.includes(each)));
    expect([...reasons]).toEqual(['spool-full']);
    expect(lost.length).toBeGreaterThan(1_000);
    expect(dropped.messages).toBe(lost.length);
    expect(dropped.bytes).toBe(lost.reduce((sum, each) => sum + numberedMessage(each).length, 0));
    expect(bytesLeft).toBe(numbers.reduce((sum, each) => sum + numberedMessage(each).length, 0));
    await spool.close();
  });

  it.each([
    ['the only one', 1],
    ['one of two', 2],
  ])('never gives a message that was not pushed, whichever byte of a segment is flipped: %s', async (_name, count) => {
    const folder = newFolder();
    const source = await open(folder, { sizeBytes: 1 << 14 });
    let pushed = 0;
    let ofFirst = 0;
    while (segmentsOf(folder).length < count || pushed < 15) {
      ofFirst = segmentsOf(folder).length < 2 ? pushed : ofFirst;
      await pushSafely(source, pushed, 3);
      pushed += 3;
    }
    await source.close();
    const [name = '', newer] = segmentsOf(folder);
    const good = readFileSync(join(folder, name));
    const target = newFolder();
    for (let at = 0; at < good.length; at++) {
      mkdirSync(target);
      if (newer !== undefined) copyFileSync(join(folder, newer), join(target, newer));
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(join(target, name), bad);
      const spool = await open(target);
      const numbers = await takeAll(spool);
      const whole = numbers.findIndex((each, index) => each !== index);
      const before = whole < 0 ? numbers.length : whole;
      expect(numbers.slice(before)).toEqual(newer === undefined || before === pushed ? [] : range(ofFirst, pushed));
      expect(before).toBeGreaterThanOrEqual(3 * Math.floor((at - SEGMENT_HEADER) / 250));
      await spool.close();
      rmSync(target, { recursive: true });
    }
  });

  it('skips the rest of a segment that is damaged while it is not looked, counts it, and goes on with the next', async () => {
    const folder = newFolder();
    const drops: unknown[] = [];
    const limits = { sizeBytes: 1 << 20, memory: { messages: 1_000_000, bytes: 4_096 } };
    const spool = await open(folder, limits, { onDropped: (reason, { messages }) => drops.push([reason, messages]) });
    for (const each of range(0, 300)) await pushSafely(spool, each * 20, 20);
    const [, second = ''] = segmentsOf(folder);
    const bytes = readFileSync(join(folder, second));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(join(folder, second), bytes);
    const numbers: number[] = [];
    while (spool.messages > 0) {
      await spool.available(forever);
      const taken = spool.take(1e9).map(numberOf);
      numbers.push(...taken);
      spool.confirm(taken.length);
    }
    const lost = 6_000 - numbers.length;
    expect(drops).toEqual([['spool-damaged', lost]]);
    expect(lost).toBeGreaterThan(100);
    const gap = numbers.findIndex((each, index) => each !== index);
    expect(numbers).toEqual([...range(0, gap), ...range(gap + lost, 6_000)]);
    await spool.close();
  });

  it('confirms nothing of what it could not look at', async () => {
    const folder = newFolder();
    const first = await open(folder);
    await pushSafely(first, 0, 100);
    await first.close();
    const obstacle = join(folder, '0000000000000009.segment');
    mkdirSync(obstacle);
    const second = await open(folder);
    expect(second.messages).toBe(0);
    await pushSafely(second, 100, 20);
    second.take(1e9);
    second.confirm(20);
    await second.close();
    rmdirSync(obstacle);
    const third = await open(folder);
    const numbers = await takeAll(third);
    expect(numbers.slice(0, 100)).toEqual(range(0, 100));
    await third.close();
  });

  it('gives every message once in order, whatever happens between, restarts included', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), count: fc.integer({ min: 0, max: 300 }) }),
      fc.record({ kind: fc.constant('push' as const), count: fc.integer({ min: 0, max: 300 }) }),
      fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 1, max: 500 }) }),
      fc.record({ kind: fc.constant('take bytes' as const), count: fc.integer({ min: 1, max: 20_000 }) }),
      fc.record({ kind: fc.constant('confirm' as const), count: fc.integer({ min: 1, max: 500 }) }),
      fc.record({ kind: fc.constant('rewind' as const), count: fc.constant(0) }),
      fc.record({ kind: fc.constant('wait for safety' as const), count: fc.constant(0) }),
      fc.record({ kind: fc.constant('restart' as const), count: fc.constant(0) }),
    );
    const limits = { sizeBytes: 1 << 17, memory: { messages: 1_000_000, bytes: 1 << 13 } };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 0, max: 2 }), async (steps, syncMs) => {
        const folder = newFolder();
        let spool = await open(folder, { ...limits, syncMs });
        let pushed = 0;
        let safe = 0;
        let confirmed = 0;
        const mistakes: string[] = [];
        const check = (what: string, isRight: boolean): void => {
          if (!isRight) mistakes.push(what);
        };
        let taken: number[] = [];
        const push = (count: number): void => {
          const before = pushed;
          const end = pushed + count;
          const onSafe = (): void => {
            check('safe out of order', safe === before);
            safe = end;
          };
          spool.push(numberedBatch(before, count, onSafe));
          pushed = end;
        };
        const take = (count: number): void => {
          const { chunks, messages, bytes } = spool.takeBytes(count);
          const all = Buffer.concat(chunks);
          const texts = all.toString().match(/[^\n]*\n/g) ?? [];
          check('a wrong count of what is taken', texts.length === messages && all.length === bytes);
          taken.push(...texts.map((text) => numberOf(Buffer.from(text))));
        };
        for (const { kind, count } of steps) {
          if (kind === 'push' && !spool.isFull) push(count);
          if (kind.startsWith('take') && taken.length === 0 && spool.messages > 0) await spool.available(forever);
          if (kind === 'take') taken.push(...spool.take(1e9, count).map(numberOf));
          if (kind === 'take bytes') take(count);
          if (kind === 'confirm') {
            const done = taken.splice(0, count).length;
            spool.confirm(done);
            confirmed += done;
          }
          if (kind === 'rewind') {
            check('a wrong count of what is rewound', spool.rewind() === taken.length);
            taken = [];
          }
          if (kind === 'wait for safety') await until(() => safe === pushed);
          if (kind === 'restart') {
            await spool.close();
            check('not safe when closed', safe === pushed);
            taken = [];
            spool = await open(folder, { ...limits, syncMs });
          }
          check(
            'taken out of order',
            taken.every((each, index) => each === confirmed + index),
          );
          check('a wrong count of messages', spool.messages === pushed - confirmed);
        }
        spool.rewind();
        expect(await drain(spool)).toEqual(range(confirmed, pushed));
        expect([spool.messages, spool.bytes, mistakes]).toEqual([0, 0, []]);
        await spool.close();
        expect(segmentsOf(folder)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

function until(isSo: () => boolean): Promise<void> {
  return eventually('it to be so', () => expect(isSo()).toBe(true));
}

async function drain(spool: Spool): Promise<readonly number[]> {
  const numbers: number[] = [];
  while (spool.messages > 0) {
    await spool.available(forever);
    const taken = spool.take(3_000).map(numberOf);
    numbers.push(...taken);
    spool.confirm(taken.length);
  }
  return numbers;
}
