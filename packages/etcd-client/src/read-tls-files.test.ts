import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTlsFiles } from './read-tls-files.ts';

const OPTIONS = { ca: '-ca', cert: '-cert', key: '-key' };
const NONE = { caFile: undefined, certFile: undefined, keyFile: undefined };

describe('readTlsFiles', () => {
  let folder: string;
  const file = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wharf-tls-'));
    await Promise.all(['ca', 'cert', 'key'].map((name) => writeFile(file(name), name)));
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('reads the files that are named, and no others', () => {
    expect(readTlsFiles(NONE, OPTIONS)).toBeUndefined();
    expect(readTlsFiles({ ...NONE, caFile: file('ca') }, OPTIONS)).toEqual({ ca: Buffer.from('ca') });
    expect(readTlsFiles({ ...NONE, certFile: file('cert'), keyFile: file('key') }, OPTIONS)).toEqual({
      cert: Buffer.from('cert'),
      key: Buffer.from('key'),
    });
  });

  it.each([
    ['caFile', '-ca'],
    ['certFile', '-cert'],
    ['keyFile', '-key'],
  ])('names the option and the file when %s cannot be read', (field, option) => {
    expect(() => readTlsFiles({ ...NONE, [field]: file('nothing') }, OPTIONS)).toThrow(
      `${option}: ${file('nothing')} cannot be read`,
    );
  });
});
