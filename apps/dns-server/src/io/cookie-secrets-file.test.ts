import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomCookieSecrets, readCookieSecrets } from './cookie-secrets-file.ts';

const SECRET = '00112233445566778899aabbccddeeff';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cookie-secrets-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string, mode = 0o600): string => {
  const file = join(folder, 'secret');
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
};

describe('readCookieSecrets', () => {
  it.each([0o600, 0o400, 0o640])('reads a file of mode %o', (mode) => {
    expect(readCookieSecrets(write(`${SECRET}\n`, mode))).toEqual([Uint8Array.from(Buffer.from(SECRET, 'hex'))]);
  });

  it.each([0o644, 0o604, 0o602, 0o620])('refuses a file of mode %o', (mode) => {
    expect(() => readCookieSecrets(write(SECRET, mode))).toThrow(
      /^-cookie-secret-file: .*secret is open to other users/,
    );
  });

  it('says what is wrong, and nothing of what is in it', () => {
    expect(() => readCookieSecrets(join(folder, 'none'))).toThrow(/^-cookie-secret-file: .*none cannot be read$/);
    expect(() => readCookieSecrets(folder)).toThrow(/^-cookie-secret-file: .* is no file$/);
    expect(() => readCookieSecrets(write('sesame'))).toThrow(
      /secret has a line 1 that is not 16 octets in hexadecimal$/,
    );
    expect(() => readCookieSecrets(write(`${SECRET}\n#${'x'.repeat(4_096)}`))).toThrow(/has more than 4096 octets$/);
  });
});

describe('randomCookieSecrets', () => {
  it('is another secret each time', () => {
    const made = Array.from({ length: 10 }, () => Buffer.from(randomCookieSecrets()[0]).toString('hex'));
    expect(new Set(made).size).toBe(10);
    expect(made[0]).toMatch(/^[0-9a-f]{32}$/);
  });
});
