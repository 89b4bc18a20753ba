import { copyFileSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemAuthorities } from '@wharf/agent';
import { type Certificate, type Certificates, createCertificates } from '@wharf/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TlsFiles } from '../tls-options.ts';
import { createTlsReader, readTlsSettings } from './read-tls-settings.ts';

let certificates: Certificates;
let folder: string;
beforeAll(async () => {
  certificates = await createCertificates();
  folder = mkdtempSync(join(tmpdir(), 'wharf-tls-'));
});
afterAll(() => {
  certificates.remove();
  rmSync(folder, { recursive: true });
});

const file = (name: string): string => join(folder, name);
const install = ({ caFile, certFile, keyFile }: Certificate): void => {
  copyFileSync(caFile, file('ca'));
  copyFileSync(certFile, file('cert'));
  copyFileSync(keyFile, file('key'));
};
const files = (more: Partial<TlsFiles> = {}): TlsFiles => ({
  ca: [{ option: 'tls.ca', file: file('ca') }],
  trustsSystem: false,
  own: { cert: { option: 'tls.cert', file: file('cert') }, key: { option: 'tls.key', file: file('key') } },
  hardening: true,
  servername: 'logs.example.org',
  ...more,
});
beforeEach(() => install(certificates.client));

describe('readTlsSettings', () => {
  it('reads the files, and adds the authorities of the system when they are trusted', () => {
    const { ca, cert, key } = certificates.client;
    expect(readTlsSettings(files())).toEqual({ ca: [ca], cert, key, servername: 'logs.example.org', hardening: true });
    expect(readTlsSettings(files({ trustsSystem: true, own: undefined }))).toEqual({
      ca: [...systemAuthorities(), ca],
      servername: 'logs.example.org',
      hardening: true,
    });
  });

  it.each<[string, () => void, string]>([
    ['is not there', () => unlinkSync(file('ca')), 'tls.ca: FOLDER/ca cannot be read'],
    ['is no certificate', () => writeFileSync(file('cert'), 'x'), 'tls.cert: FOLDER/cert is not what it should be'],
    ['is no key', () => copyFileSync(file('cert'), file('key')), 'tls.key: FOLDER/key is not what it should be'],
    [
      'is the key of another certificate',
      () => copyFileSync(certificates.server.keyFile, file('key')),
      'tls.key: FOLDER/key is not the key of the certificate FOLDER/cert (tls.cert)',
    ],
  ])('names a file that %s', (_name, spoil, message) => {
    spoil();
    expect(() => readTlsSettings(files())).toThrow(message.replaceAll('FOLDER', folder));
  });
});

describe('readTlsSettings without any CA', () => {
  it('says that no receiver is trusted', () => {
    expect(() => readTlsSettings(files({ ca: [] }))).toThrow('no receiver is trusted');
  });
});

describe('createTlsReader', () => {
  it('gives the same settings until a file has changed, then others', async () => {
    const read = createTlsReader(files(), silentLogger);
    const first = await read();
    expect(await read()).toBe(first);
    install(certificates.server);
    expect(await read()).toMatchObject({ cert: certificates.server.cert, key: certificates.server.key });
  });

  it('keeps the settings while only one of two files is there yet', async () => {
    const read = createTlsReader(files(), silentLogger);
    const first = await read();
    copyFileSync(certificates.server.certFile, file('cert'));
    expect(await read()).toBe(first);
    copyFileSync(certificates.server.keyFile, file('key'));
    expect(await read()).toMatchObject({ key: certificates.server.key });
  });

  it('does not begin without them', () => {
    unlinkSync(file('key'));
    expect(() => createTlsReader(files(), silentLogger)).toThrow('tls.key');
  });
});
