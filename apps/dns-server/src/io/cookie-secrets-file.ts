import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type CookieSecrets, parseCookieSecrets } from '../edns/cookie-secrets.ts';
import { SIPHASH_KEY_OCTETS } from '../edns/siphash.ts';

const OPTION = '-cookie-secret-file';

/** Whoever can read it can make cookies for any address. The group may: it is how containers are given secrets. */
const OPEN_TO_OTHERS = 0o027;

/** Far more than two secrets with remarks. */
const MAX_OCTETS = 4_096;

/** A secret that only this process knows. */
export function randomCookieSecrets(): CookieSecrets {
  return [Uint8Array.from(randomBytes(SIPHASH_KEY_OCTETS))];
}

/**
 * Reads the file of `-cookie-secret-file`.
 * @throws Error naming the option and the file, and nothing of what is in it
 */
export function readCookieSecrets(file: string): CookieSecrets {
  const secrets = parseCookieSecrets(readSecretText(file));
  if (!secrets.ok) throw new Error(`${OPTION}: ${file} ${secrets.error}`);
  return secrets.value;
}

function readSecretText(file: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    throw new Error(`${OPTION}: ${file} cannot be read`, { cause: error });
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new Error(`${OPTION}: ${file} is no file`);
    if ((stats.mode & OPEN_TO_OTHERS) !== 0) {
      throw new Error(`${OPTION}: ${file} is open to other users: chmod 600, or 640 for a group`);
    }
    if (stats.size > MAX_OCTETS) throw new Error(`${OPTION}: ${file} has more than ${MAX_OCTETS} octets`);
    const text = Buffer.alloc(MAX_OCTETS);
    return text.toString('latin1', 0, readSync(descriptor, text));
  } finally {
    closeSync(descriptor);
  }
}
