import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderDelete, renderEnd, renderHeader, renderPut } from '../snapshot/snapshot-format.ts';
import { readSnapshot } from './read-snapshot.ts';
import { writeSnapshot } from './write-snapshot.ts';

const origin = { pathPrefix: 'skydns' };
const moment = { revision: 7, currentMs: 1_000_000 };
const never = new AbortController().signal;

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-snapshot-'));
  file = join(folder, 'snapshot');
});

afterEach(() => rm(folder, { recursive: true }));

const put = (n: number) => renderPut(`/skydns/local/skydns/w/${n}`, { host: '10.0.0.1', text: `übel ${n}` });
const lines = (count: number) => [
  renderHeader(origin),
  ...Array.from({ length: count }, (_, n) => put(n)),
  renderDelete('/skydns/local/skydns/w/0'),
  renderEnd(moment),
];
const write = (content: readonly string[] = lines(3), signal = never) => writeSnapshot(file, content.values(), signal);

const read = async (more: Partial<Parameters<typeof readSnapshot>[1]> = {}) => {
  const seen: string[] = [];
  const options = { origin, nowMs: moment.currentMs, maxAgeMs: 60_000, signal: never };
  const ended = await readSnapshot(file, { ...options, onLine: (line) => seen.push(line.key), ...more });
  return { moment: ended, seen };
};

describe('writeSnapshot and readSnapshot', () => {
  it('give back what was written, in order, over many chunks', async () => {
    const octets = await write(lines(5_000));
    expect((await stat(file)).size).toBe(octets);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const { moment: ended, seen } = await read();
    expect(ended).toEqual(moment);
    expect(seen).toHaveLength(5_001);
    expect(seen.at(-1)).toBe('/skydns/local/skydns/w/0');
    expect(await readdir(folder)).toEqual(['snapshot']);
  });

  it('let the event loop run in between', async () => {
    const order: string[] = [];
    const content = lines(5_000);
    const counted = function* () {
      for (const [at, line] of content.entries()) {
        if (at % 1_000 === 0) order.push(`line ${at}`);
        if (at === 0) setImmediate(() => order.push('other work'));
        yield line;
      }
    };
    await writeSnapshot(file, counted(), never);
    expect(order.indexOf('other work')).toBeLessThan(order.indexOf('line 5000'));
    let isOver = false;
    let ranBefore = false;
    setImmediate(() => {
      ranBefore = !isOver;
    });
    await read();
    isOver = true;
    expect(ranBefore).toBe(true);
  });

  it('keep the earlier file when the writing is given up or fails, and leave nothing else', async () => {
    await write();
    const before = await readFile(file);
    const failing = function* () {
      yield renderHeader(origin);
      throw new Error('out of order');
    };
    await expect(writeSnapshot(file, failing(), never)).rejects.toMatchObject({ code: 'unwritable' });
    await expect(write(lines(9), AbortSignal.abort())).rejects.toMatchObject({ code: 'stopped' });
    expect(await readFile(file)).toEqual(before);
    expect(await readdir(folder)).toEqual(['snapshot']);
  });

  it('take the place of what a crash left behind', async () => {
    await writeFile(`${file}.new`, 'half', { mode: 0o666 });
    await write();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await read()).moment).toEqual(moment);
  });

  it('say which file cannot be written for want of a folder, and that it is the folder which is not there', async () => {
    await expect(read()).rejects.toMatchObject({ code: 'missing' });
    file = join(folder, 'none', 'snapshot');
    const cause = expect.objectContaining({ code: 'ENOENT' });
    const message = `the snapshot ${file} cannot be written`;
    await expect(write()).rejects.toMatchObject({ code: 'unwritable', message, cause });
    await expect(read()).rejects.toMatchObject({ code: 'no-folder' });
  });
});

describe('readSnapshot', () => {
  it('refuses a file that was cut, wherever', async () => {
    await write();
    const whole = await readFile(file);
    for (let length = 0; length < whole.length; length++) {
      await writeFile(file, whole.subarray(0, length));
      await expect(read()).rejects.toMatchObject({ code: 'malformed' });
    }
  });

  it('refuses a file with one octet changed, wherever', async () => {
    await write();
    const whole = await readFile(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bent = Buffer.from(whole);
        bent.writeUInt8(bent.readUInt8(at) ^ flip, at);
        await writeFile(file, bent);
        await expect(read()).rejects.toMatchObject({
          code: expect.stringMatching(/^(?:malformed|other-version|other-records)$/),
        });
      }),
    );
  });

  it('refuses whatever else there may be', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        await writeFile(file, bytes, { mode: 0o600 });
        await expect(read()).rejects.toMatchObject({ code: 'malformed' });
      }),
    );
  });

  it('refuses what goes on behind its end', async () => {
    await write();
    await writeFile(file, `${put(1)}\n`, { flag: 'a' });
    await expect(read()).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringContaining('behind its end'),
    });
  });

  it('refuses a line without end before it has read all of it', async () => {
    await write([renderHeader(origin), `"${'x'.repeat(11 * 2 ** 20)}"`, renderEnd(moment)]);
    await expect(read()).rejects.toMatchObject({ message: expect.stringContaining('a line without end') });
  });

  it('refuses what is too old, but not what seems to come from the future: clocks are set', async () => {
    await write();
    expect((await read({ nowMs: moment.currentMs + 60_000 })).moment).toEqual(moment);
    await expect(read({ nowMs: moment.currentMs + 60_001 })).rejects.toMatchObject({ code: 'too-old' });
    expect((await read({ nowMs: 0 })).moment).toEqual(moment);
  });

  it('refuses what others can write, and what is no file', async () => {
    await write();
    await chmod(file, 0o620);
    await expect(read()).rejects.toMatchObject({ code: 'unsafe' });
    await rm(file);
    await mkdir(file);
    await expect(read()).rejects.toMatchObject({ code: 'unsafe' });
  });

  it('ends when it is not needed any more', async () => {
    await write();
    await expect(read({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'stopped' });
  });
});
