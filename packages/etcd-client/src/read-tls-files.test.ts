import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTlsFiles } from './read-tls-files.ts';

const OPTIONS = { ca: '-ca', cert: '-cert', key: '-key' };
const REQUEST = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=test'];
const run = promisify(execFile);
const NONE = { caFile: undefined, certFile: undefined, keyFile: undefined };

describe('readTlsFiles', () => {
  let folder: string;
  const file = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wharf-tls-'));
    const pair = (name: string): Promise<unknown> =>
      run('openssl', [...REQUEST, '-keyout', file(`${name}-key`), '-out', file(name)]);
    await Promise.all([pair('cert'), pair('other'), writeFile(file('garbage'), 'garbage')]);
    await run('openssl', ['x509', '-in', file('cert'), '-outform', 'DER', '-out', file('der')]);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('reads the files that are named, and no others', async () => {
    const pem = {
      other: await readFile(file('other')),
      cert: await readFile(file('cert')),
      key: await readFile(file('cert-key')),
    };
    expect(readTlsFiles(NONE, OPTIONS)).toBeUndefined();
    expect(readTlsFiles({ ...NONE, caFile: file('other') }, OPTIONS)).toEqual({ ca: pem.other });
    const own = { ...NONE, certFile: file('cert'), keyFile: file('cert-key') };
    expect(readTlsFiles(own, OPTIONS)).toEqual({ cert: pem.cert, key: pem.key });
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

  it.each([
    { field: 'caFile', name: 'garbage', message: /^-ca: .*garbage is not what it should be$/ },
    { field: 'caFile', name: 'der', message: /^-ca: .*der is not what it should be$/ },
    { field: 'certFile', name: 'cert-key', message: /^-cert: .*cert-key is not what it should be$/ },
    { field: 'keyFile', name: 'cert', message: /^-key: .*cert is not what it should be$/ },
  ])('names the option and the file when $field is $name', ({ field, name, message }) => {
    expect(() => readTlsFiles({ ...NONE, [field]: file(name) }, OPTIONS)).toThrow(message);
  });

  it("does not take another certificate's key", () => {
    const pair = { ...NONE, certFile: file('cert'), keyFile: file('other-key') };
    expect(() => readTlsFiles(pair, OPTIONS)).toThrow(
      `-key: ${file('other-key')} is not the key of the certificate ${file('cert')} (-cert)`,
    );
  });
});
