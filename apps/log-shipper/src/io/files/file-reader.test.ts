import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { systemClock } from '@wharf/agent';
import { eventually } from '@wharf/testkit';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadingStart } from '../../sources/log-source.ts';
import { createLogFolder, entryTimeAt, type LogFolder, logEntry } from '../../testing/log-folder.ts';
import { type RecordedReading, recordReading } from '../../testing/record-reading.ts';
import { sampleContainer } from '../../testing/sample-container.ts';
import { createFileReader } from './file-reader.ts';

let logs: LogFolder;
let open: RecordedReading[];

beforeEach(() => {
  logs = createLogFolder();
  open = [];
});

afterEach(() => {
  for (const { reading } of open) reading.close();
  logs.remove();
});

const read = (start: Partial<ReadingStart> = {}, folder = logs): RecordedReading => {
  const reader = createFileReader({ folder: folder.root, clock: systemClock });
  const recorded = recordReading(reader, sampleContainer({ id: folder.id }), start);
  open.push(recorded);
  return recorded;
};

/** Everything that is stored, of a reading that does not follow. */
const readAll = async (start: Partial<ReadingStart> = {}, folder = logs): Promise<RecordedReading> => {
  const recorded = read({ follow: false, ...start }, folder);
  expect(await recorded.ended).toEqual({ kind: 'closed' });
  return recorded;
};

const lines = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}`);
const entries = (from: number, to: number): string =>
  lines(from, to)
    .map((line, index) => logEntry((from + index) * 1_000, `${line}\n`))
    .join('');

const came = (recorded: RecordedReading, texts: readonly string[]): Promise<void> =>
  eventually('the pieces', () => expect(recorded.texts).toEqual(texts));

/** What has come when it is as many pieces. */
const arrived = async (recorded: RecordedReading, count: number): Promise<readonly string[]> => {
  await eventually('the pieces', () => expect(recorded.texts.length).toBeGreaterThanOrEqual(count));
  return recorded.texts;
};

describe('a log that is followed', () => {
  it('gives pieces as they are written', async () => {
    logs.write(logEntry(1, 'one\n') + logEntry(2, 'pie', 'stderr') + logEntry(2, 'ce\n', 'stderr'));
    const recorded = read();
    await came(recorded, ['one', 'pie...', 'ce']);
    expect(recorded.isExact).toBe(false);
    expect(recorded.pieces[1]).toMatchObject({ source: 'stderr', timestamp: '2026-02-03T04:05:06.000000002Z' });
    for (let count = 0; count < 100; count++) {
      logs.write(logEntry(count, `more ${count}\n`));
      await came(recorded, ['one', 'pie...', 'ce', ...Array.from({ length: count + 1 }, (_, at) => `more ${at}`)]);
    }
  });

  it('waits for the rest of an entry', async () => {
    const entry = logEntry(1, 'one\n');
    logs.write(entry.slice(0, 20));
    const recorded = read();
    await eventually('open', () => expect(recorded.isExact).toBe(false));
    logs.write(entry.slice(20) + entry.slice(0, -1));
    await came(recorded, ['one']);
    logs.write('\n');
    await came(recorded, ['one', 'one']);
  });

  it('begins when the first file comes', async () => {
    rmSync(logs.path());
    const recorded = read();
    await eventually('open', () => expect(recorded.isExact).toBe(false));
    logs.write(entries(0, 3));
    await came(recorded, lines(0, 3));
  });

  it('reads a file that was renamed to its end, then all newer ones', async () => {
    logs.write(entries(0, 10));
    const recorded = read();
    await came(recorded, lines(0, 10));
    recorded.reading.pause();
    for (let round = 1; round < 6; round++) {
      logs.write(entries(round * 10, round * 10 + 5));
      logs.rotate();
      logs.write(entries(round * 10 + 5, round * 10 + 10));
    }
    recorded.reading.resume();
    expect(await arrived(recorded, 60)).toEqual(lines(0, 60));
  });

  it('finds the files after one that was compressed while it was being read', async () => {
    logs.write(entries(0, 10));
    const recorded = read();
    await came(recorded, lines(0, 10));
    recorded.reading.pause();
    for (let round = 1; round < 6; round++) {
      logs.write(entries(round * 10, round * 10 + 5));
      logs.rotate();
      logs.compress(1);
      logs.write(entries(round * 10 + 5, round * 10 + 10));
    }
    recorded.reading.resume();
    expect(await arrived(recorded, 60)).toEqual(lines(0, 60));
  });

  it('goes on with the oldest file that is left when those after its own are gone', async () => {
    logs.write(entries(0, 10));
    const recorded = read();
    await came(recorded, lines(0, 10));
    recorded.reading.pause();
    for (let round = 1; round < 4; round++) {
      logs.rotate();
      logs.write(entries(round * 10, round * 10 + 10));
    }
    rmSync(logs.path(3));
    rmSync(logs.path(2));
    recorded.reading.resume();
    expect(await arrived(recorded, 30)).toEqual([...lines(0, 10), ...lines(20, 40)]);
  });

  it('begins anew when the file is cut, even when it has grown beyond where it was', async () => {
    logs.write(entries(0, 10));
    const recorded = read();
    await came(recorded, lines(0, 10));
    logs.truncate();
    logs.write(entries(10, 12));
    await came(recorded, lines(0, 12));
    recorded.reading.pause();
    logs.truncate();
    logs.write(entries(12, 112));
    recorded.reading.resume();
    expect(await arrived(recorded, 112)).toEqual(lines(0, 112));
  });

  it.each([false, true])(
    'reads the rest from the copy when the file was copied and cut (compressed: %s)',
    async (gz) => {
      logs.write(entries(0, 10));
      const recorded = read();
      await came(recorded, lines(0, 10));
      recorded.reading.pause();
      logs.write(entries(10, 20));
      logs.copyAndTruncate();
      logs.write(entries(20, 50));
      if (gz) logs.compress(1);
      recorded.reading.resume();
      expect(await arrived(recorded, 50)).toEqual(lines(0, 50));
    },
  );

  it('reads what is left when the container is removed, and ends', async () => {
    logs.write(entries(0, 10));
    const recorded = read();
    await came(recorded, lines(0, 10));
    recorded.reading.pause();
    logs.write(entries(10, 20));
    logs.removeContainer();
    recorded.reading.resume();
    expect(await recorded.ended).toEqual({ kind: 'closed' });
    expect(recorded.texts).toEqual(lines(0, 20));
  });

  it('notices that the container is removed while it waits', async () => {
    logs.write(entries(0, 1));
    const recorded = read();
    await came(recorded, lines(0, 1));
    logs.removeContainer();
    expect(await recorded.ended).toEqual({ kind: 'closed' });
  });

  it('reads everything that is stored when it is told that the container has ended, and ends', async () => {
    logs.write(entries(0, 10_000));
    logs.rotate();
    logs.write(entries(10_000, 20_000) + logEntry(1, 'no end'));
    const recorded = read();
    recorded.reading.finish?.();
    expect(await recorded.ended).toEqual({ kind: 'closed' });
    expect(recorded.texts).toEqual([...lines(0, 20_000), 'no end...']);
  });

  it('ends when it is told so at the end of the log', async () => {
    logs.write(entries(0, 1));
    const recorded = read();
    await came(recorded, lines(0, 1));
    recorded.reading.finish?.();
    expect(await recorded.ended).toEqual({ kind: 'closed' });
  });

  it('gives no more than the rest of the chunk while it is paused, and nothing when closed', async () => {
    logs.write(entries(0, 50_000));
    const reader = createFileReader({ folder: logs.root, clock: systemClock });
    const container = sampleContainer({ id: logs.id });
    const paused = recordReading(reader, container, {}, (reading) => reading.pause());
    const closed = recordReading(reader, container, {}, (reading) => reading.close());
    open.push(paused, closed);
    const other = await readAll();
    expect(other.texts).toHaveLength(50_000);
    expect(paused.texts.length).toBeLessThan(5_000);
    expect(closed.texts).toEqual(['line 0']);
    while (paused.texts.length < 50_000) {
      const before = paused.texts.length;
      paused.reading.resume();
      await eventually('more', () => expect(paused.texts.length).toBeGreaterThan(before));
    }
    expect(paused.texts).toEqual(lines(0, 50_000));
    expect(closed.end).toBeUndefined();
  });

  it('leaves out an entry over 1 MiB and reads on behind it', async () => {
    logs.write(entries(0, 1) + logEntry(1, `${'x'.repeat(3_000_000)}\n`) + entries(1, 2));
    logs.write(logEntry(1, `${'y'.repeat(900_000)}\n`));
    const recorded = read();
    await came(recorded, ['line 0', 'line 1', 'y'.repeat(900_000)]);
    expect(recorded.malformed).toBe(1);
  });

  it('reads the entry behind one that was torn, within a file and at the end of one', async () => {
    logs.write(logEntry(1, 'torn\n').slice(0, 25) + entries(0, 1) + logEntry(1, 'torn\n').slice(0, 30));
    logs.rotate();
    logs.write(entries(1, 2));
    const recorded = read();
    await came(recorded, lines(0, 2));
    expect(recorded.malformed).toBe(2);
  });

  it('reads a compressed file as far as it goes', async () => {
    logs.write(entries(0, 20_000));
    logs.rotate();
    logs.compress(1, (compressed) => compressed.subarray(0, compressed.length >> 1));
    logs.write(entries(20_000, 20_001));
    const { texts, malformed } = await readAll();
    expect(texts.at(-1)).toBe('line 20000');
    expect(texts.length).toBeGreaterThan(1_000);
    expect(texts.slice(0, -1)).toEqual(lines(0, texts.length - 1));
    expect(malformed).toBeGreaterThanOrEqual(1);
  });
});

describe('the start of a reading', () => {
  const writeRotated = (compressed: readonly number[] = []): void => {
    for (let round = 0; round < 4; round++) {
      if (round > 0) logs.rotate();
      logs.write(entries(round * 1_000, round * 1_000 + 1_000));
    }
    for (const age of compressed) logs.compress(age);
  };

  it.each([[[]], [[3]], [[1, 2, 3]]])('reads all files from the oldest (compressed: %j)', async (compressed) => {
    writeRotated(compressed);
    expect((await readAll()).texts).toEqual(lines(0, 4_000));
  });

  it.each([0, 1, 10, 999, 1_000, 1_001, 2_500, 3_999, 4_000, 9_000])('gives the newest %d entries', async (tail) => {
    writeRotated([2, 3]);
    logs.write('{"log":"not whole');
    expect((await readAll({ tail })).texts).toEqual(lines(Math.max(0, 4_000 - tail), 4_000));
  });

  it('counts the entries of the other source, as Docker does', async () => {
    logs.write(logEntry(1, 'a\n') + logEntry(2, 'b\n', 'stderr') + logEntry(3, 'c\n'));
    expect((await readAll({ tail: 2, sources: new Set(['stdout']) })).texts).toEqual(['c']);
  });

  it('gives the source that is asked for', async () => {
    logs.write(logEntry(1, 'a\n') + logEntry(2, 'b\n', 'stderr'));
    expect((await readAll({ sources: new Set(['stderr']) })).texts).toEqual(['b']);
  });

  it.each([[[]], [[2, 3]]])('gives what is as old as `since`, and newer (compressed: %j)', async (compressed) => {
    const perEntry = 100_000_000;
    for (let round = 0; round < 4; round++) {
      if (round > 0) logs.rotate();
      const at = (index: number): number => round * 3_000 + index;
      logs.write(
        Array.from({ length: 3_000 }, (_, index) => logEntry(at(index) * perEntry, `${at(index)}\n`)).join(''),
      );
    }
    for (const age of compressed) logs.compress(age);
    const start = Date.UTC(2026, 1, 3, 4, 5, 6) / 1_000;
    for (const first of [0, 1, 2_999, 3_000, 7_777, 11_999]) {
      const nano = first * perEntry;
      const since = `${start + Math.floor(nano / 1e9)}.${String(nano % 1e9).padStart(9, '0')}`;
      const { texts } = await readAll({ since });
      expect([texts[0], texts.length]).toEqual([String(first), 12_000 - first]);
    }
  });

  it('takes everything for new once the stored log is read, though the clock was set back', async () => {
    logs.write(logEntry(1_000, 'old\n'));
    const recorded = read({ since: `${Date.UTC(2026, 1, 3, 4, 5, 6) / 1_000}.000002000` });
    await eventually('open', () => expect(recorded.isExact).toBe(false));
    logs.write(logEntry(3_000, 'new\n'));
    await came(recorded, ['new']);
    logs.write(logEntry(1_500, 'set back\n'));
    await came(recorded, ['new', 'set back']);
  });

  it('goes on exactly at a position', async () => {
    writeRotated();
    const first = await readAll();
    for (const { position, pieces } of first.positions) {
      const rest = await readAll({ position });
      expect(rest.isExact).toBe(true);
      expect(rest.texts).toEqual(lines(pieces, 4_000));
    }
  });

  it('goes on exactly in a file that was compressed, or cut after a copy was made', async () => {
    logs.write(entries(0, 10));
    const { position } = (await readAll()).position ?? {};
    logs.write(entries(10, 20));
    logs.copyAndTruncate();
    logs.write(entries(20, 30));
    expect(await readAll({ position })).toMatchObject({ isExact: true, texts: lines(10, 30) });
    logs.compress(1);
    expect(await readAll({ position })).toMatchObject({ isExact: true, texts: lines(10, 30) });
  });

  it('goes by `since` when the inode stands for another file by now', async () => {
    logs.write(entries(0, 10));
    const { position } = (await readAll()).position ?? {};
    logs.truncate();
    logs.write(entries(100, 200));
    const since = `${Date.UTC(2026, 1, 3, 4, 5, 6) / 1_000}.000150000`;
    expect(await readAll({ position, since })).toMatchObject({ isExact: false, texts: lines(150, 200) });
  });

  it.each([-1, 0.5, Number.NaN, 1e300, 10_000])('goes by `since` when the offset is %d', async (offset) => {
    logs.write(entries(0, 3));
    const { position } = (await readAll()).position ?? {};
    if (position === undefined) throw new Error('there was no position');
    expect(await readAll({ position: { ...position, offset } })).toMatchObject({ isExact: false, texts: lines(0, 3) });
  });

  it('gives the same from a restart at any position while files are rotated', async () => {
    const taken: string[] = [];
    let position: ReadingStart['position'];
    for (let round = 0; round < 30; round++) {
      logs.write(entries(round * 10, round * 10 + 7));
      if (round % 3 === 1) logs.rotate();
      if (round % 6 === 4) logs.compress(1);
      logs.write(entries(round * 10 + 7, round * 10 + 10));
      const next = await readAll({ position });
      taken.push(...next.texts);
      position = next.position?.position ?? position;
    }
    expect(taken).toEqual(lines(0, 300));
  });
});

describe('a log that cannot be read', () => {
  it('has no folder', async () => {
    logs.removeContainer();
    expect(await read().ended).toMatchObject({ kind: 'unreadable' });
  });

  it('belongs to something that is no container', async () => {
    const reader = createFileReader({ folder: logs.root, clock: systemClock });
    const container = sampleContainer({ id: '../../../etc/passwd' });
    expect(await recordReading(reader, container).ended).toMatchObject({ kind: 'unreadable' });
    expect(await reader.isReadable(container)).toBe(false);
  });

  it('is told beforehand', async () => {
    const reader = createFileReader({ folder: logs.root, clock: systemClock });
    const container = sampleContainer({ id: logs.id });
    expect(await reader.isReadable(container)).toBe(true);
    expect(await reader.isReadable({ ...container, logDriver: 'local' })).toBe(false);
    rmSync(logs.path());
    expect(await reader.isReadable(container)).toBe(false);
    mkdirSync(logs.path());
    chmodSync(logs.path(), 0o700);
    expect(await read({ follow: false }).ended).toEqual({ kind: 'closed' });
  });
});

describe('the bytes of a log', () => {
  const log = fc.array(
    fc.record({
      text: fc.oneof(fc.constantFrom('', 'x', 'a"\\\n\u2028<', '😀é'), fc.string({ maxLength: 60 })),
      isWhole: fc.boolean(),
      source: fc.constantFrom('stdout' as const, 'stderr' as const),
    }),
    { maxLength: 30 },
  );
  const step = fc.record({
    bytes: fc.integer({ min: 1, max: 400 }),
    action: fc.constantFrom('nothing', 'rotate', 'compress', 'pause', 'resume', 'turn'),
  });

  it('give the same pieces however they are written, rotated and read', async () => {
    await fc.assert(
      fc.asyncProperty(log, fc.array(step, { maxLength: 40 }), async (stored, steps) => {
        const folder = createLogFolder();
        try {
          const written = stored.map(({ text, isWhole, source }, at) =>
            logEntry(at, text + (isWhole ? '\n' : ''), source),
          );
          const recorded = read({}, folder);
          let rest = Buffer.from(written.join(''));
          for (const { bytes, action } of steps) {
            // A rotation comes between entries, as dockerd's do.
            const isRotation = action === 'rotate' || action === 'compress';
            const end = isRotation ? rest.indexOf('\n', Math.min(bytes, rest.length)) + 1 : bytes;
            folder.write(rest.subarray(0, end));
            rest = rest.subarray(end);
            if (isRotation && end > 0) folder.rotate();
            if (action === 'compress' && end > 0) folder.compress(1);
            if (action === 'pause') recorded.reading.pause();
            if (action === 'resume') recorded.reading.resume();
            if (action === 'turn') await new Promise(setImmediate);
          }
          folder.write(rest);
          recorded.reading.resume();
          recorded.reading.finish?.();
          expect(await recorded.ended).toEqual({ kind: 'closed' });
          expect(recorded.malformed).toBe(0);
          const seen = recorded.pieces.map(({ source, timestamp, bytes, partial }) => [
            source,
            timestamp,
            String(bytes),
            partial,
          ]);
          expect(seen).toEqual(
            stored.map(({ text, isWhole, source }, at) => {
              const whole = Buffer.from(text + (isWhole ? '\n' : '')).toString();
              const partial = !whole.endsWith('\n');
              return [
                source,
                `${entryTimeAt(at).slice(0, 19)}.${String(at).padStart(9, '0')}Z`,
                partial ? whole : whole.slice(0, -1),
                partial,
              ];
            }),
          );
        } finally {
          folder.remove();
        }
      }),
      { numRuns: 150 },
    );
  });
});
