import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, createManualClock, silentLogger } from '@wharf/agent';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRecordIndex, type RecordIndex } from '../records/record-index.ts';
import type { SnapshotMoment } from '../snapshot/snapshot-format.ts';
import { record, storedForm } from '../testing/record.ts';
import {
  createSnapshotSaver,
  LONGEST_CONFIRMATION_MS,
  RETRY_DELAY_MS,
  SAVE_DELAY_MS,
  type SnapshotSaverOptions,
} from './snapshot-saver.ts';

const origin = { pathPrefix: 'skydns' };

let folder: string;
let clock: ReturnType<typeof createManualClock>;
let index: RecordIndex;
let saved: SnapshotMoment[];
let failures: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-snapshot-'));
  clock = createManualClock();
  index = createRecordIndex({ prefix: 'skydns', nameSeed: 1 });
  saved = [];
  failures = 0;
});

afterEach(() => rm(folder, { recursive: true }));

const create = (file = join(folder, 'snapshot'), more: Partial<SnapshotSaverOptions> = {}) =>
  createSnapshotSaver({
    file,
    origin,
    maxAgeMs: 86_400_000,
    records: () => index.records(),
    clock,
    log: silentLogger,
    onSaved: (moment) => saved.push(moment),
    onFailed: () => failures++,
    ...more,
  });

const put = (saver: ReturnType<typeof create>, label: string, revision: number): void => {
  const next = record([label], { host: '10.0.0.1' });
  index.put(next.name, storedForm(next));
  saver.changed(next.key, next);
  saver.reached(revision);
};

const load = (saver: ReturnType<typeof create>, revision: number): void => {
  saver.replaced();
  saver.reached(revision);
  saver.following(true);
};

const untilSaved = (count: number) => vi.waitFor(() => expect(saved).toHaveLength(count), { interval: 1 });
const content = async () => (await readFile(join(folder, 'snapshot'), 'utf8')).split('\n');

describe('createSnapshotSaver', () => {
  it('writes nothing before the store has been read, not even at the end', async () => {
    const saver = create();
    saver.following(false);
    await clock.advance(LONGEST_CONFIRMATION_MS);
    await saver.stop();
    expect(saved).toEqual([]);
    await expect(content()).rejects.toThrow('ENOENT');
  });

  it('writes some seconds after the first change, with all that came meanwhile', async () => {
    const saver = create();
    load(saver, 1);
    await clock.advance(SAVE_DELAY_MS - 1);
    put(saver, 'a', 2);
    expect(saved).toEqual([]);
    await clock.advance(1);
    await untilSaved(1);
    expect(saved[0]?.revision).toBe(2);
    expect((await content())[1]).toContain('/skydns/a');
    put(saver, 'b', 3);
    await clock.advance(SAVE_DELAY_MS);
    await untilSaved(2);
    expect(saved[1]?.revision).toBe(3);
    await saver.stop();
  });

  it('takes up what changes while it writes', async () => {
    const saver = create();
    load(saver, 1);
    put(saver, 'a', 1);
    await clock.advance(SAVE_DELAY_MS);
    put(saver, 'b', 2);
    await untilSaved(1);
    const [, ...lines] = await content();
    expect(lines.filter((line) => line.includes('/skydns/b'))).not.toEqual([]);
    expect(saved[0]?.revision).toBe(2);
    await saver.stop();
  });

  it('begins again when a listing takes the place of what it writes', async () => {
    const saver = create();
    load(saver, 1);
    put(saver, 'a', 1);
    await clock.advance(SAVE_DELAY_MS);
    index = createRecordIndex({ prefix: 'skydns', nameSeed: 1 });
    load(saver, 9);
    await vi.waitFor(() => expect(clock.pending).toBe(1), { interval: 1 });
    expect(saved).toEqual([]);
    await clock.advance(SAVE_DELAY_MS);
    await untilSaved(1);
    expect(saved[0]?.revision).toBe(9);
    expect((await content()).join()).not.toContain('/skydns/a');
    expect(failures).toBe(0);
    await saver.stop();
  });

  it('confirms now and then that nothing has changed, while the store is followed', async () => {
    const saver = create();
    load(saver, 1);
    await clock.advance(SAVE_DELAY_MS);
    await untilSaved(1);
    await vi.waitFor(() => expect(clock.pending).toBe(1), { interval: 1 });
    await clock.advance(LONGEST_CONFIRMATION_MS);
    await untilSaved(2);
    expect(saved[1]?.currentMs).toBe((saved[0]?.currentMs ?? 0) + LONGEST_CONFIRMATION_MS);
    await vi.waitFor(() => expect(clock.pending).toBe(1), { interval: 1 });
    saver.following(false);
    await clock.advance(10 * LONGEST_CONFIRMATION_MS);
    await saver.stop();
    expect(saved).toHaveLength(2);
  });

  it('says when the records were last known to be current, not when they are written', async () => {
    const saver = create();
    load(saver, 1);
    await clock.advance(1_000);
    const cutMs = clock.wallMs();
    saver.following(false);
    await clock.advance(3_000);
    await saver.stop();
    expect(saved).toEqual([{ revision: 1, currentMs: cutMs }]);
  });

  it('writes at the end, with the time of the end', async () => {
    const saver = create();
    load(saver, 1);
    await clock.advance(SAVE_DELAY_MS);
    await untilSaved(1);
    await vi.waitFor(() => expect(clock.pending).toBe(1), { interval: 1 });
    await clock.advance(1_000);
    await saver.stop();
    expect(saved.at(-1)).toEqual({ revision: 1, currentMs: clock.wallMs() });
    expect(saved).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it('tries again later when the file cannot be written', async () => {
    const saver = create(join(folder, 'none', 'snapshot'));
    load(saver, 1);
    await clock.advance(SAVE_DELAY_MS);
    await vi.waitFor(() => expect(failures).toBe(1), { interval: 1 });
    await vi.waitFor(() => expect(clock.pending).toBe(1), { interval: 1 });
    await clock.advance(RETRY_DELAY_MS - 1);
    expect(failures).toBe(1);
    await clock.advance(1);
    await vi.waitFor(() => expect(failures).toBe(2), { interval: 1 });
    await saver.stop();
  });

  it('says once in the log why the file cannot be written', async () => {
    const lines: string[] = [];
    const log = createLogger({ agent: 'dns-server', level: 'warn', format: 'json', colours: false }, (line) =>
      lines.push(line),
    );
    const file = join(folder, 'none', 'snapshot');
    const saver = create(file, { log });
    load(saver, 1);
    await clock.advance(SAVE_DELAY_MS);
    await vi.waitFor(() => expect(lines).toHaveLength(1), { interval: 1 });
    const { err }: { err: { message: string } } = JSON.parse(lines.join(''));
    expect(err.message).toMatch(new RegExp(`^the snapshot ${file} cannot be written: ENOENT: [^:]*$`));
    await saver.stop();
  });

  it('tries again later still when it takes long to find that out', async () => {
    const tookMs = 30_000;
    let busyMs = 0;
    let tries = 0;
    const busyClock = { ...clock, monotonicMs: () => clock.monotonicMs() + busyMs };
    const tooMany = function* () {
      busyMs += tookMs;
      yield record(['a'], {});
      throw new Error('there are too many');
    };
    const records = () => {
      tries++;
      return tooMany();
    };
    const saver = create(undefined, { clock: busyClock, records });
    load(saver, 1);
    await clock.advance(SAVE_DELAY_MS);
    await vi.waitFor(() => expect(failures).toBe(1), { interval: 1 });
    await vi.waitFor(() => expect(clock.pending).toBe(1), { interval: 1 });
    await clock.advance(20 * tookMs - 1);
    expect(tries).toBe(1);
    await clock.advance(1);
    expect(tries).toBe(2);
    await saver.stop();
  });
});
