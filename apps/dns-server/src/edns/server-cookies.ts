import { OptionCode } from '@wharf/dns-wire';
import { clientOctets } from './client-octets.ts';
import type { CookieSecrets } from './cookie-secrets.ts';
import { SIPHASH_OCTETS, sipHash24 } from './siphash.ts';

/** RFC 7873, section 4: the client's part, and what a server's part may have. */
const CLIENT_COOKIE_OCTETS = 8;
const MIN_SERVER_COOKIE_OCTETS = 8;
const MAX_SERVER_COOKIE_OCTETS = 32;

/** Ours has 16 octets: version, three that are reserved, the time, the hash (RFC 9018, section 4). */
const VERSION = 1;
const TIME_OFFSET = 4;
const HEAD_OCTETS = CLIENT_COOKIE_OCTETS + 8;
const COOKIE_OCTETS = HEAD_OCTETS + SIPHASH_OCTETS;

/** The COOKIE option of a reply: code, length, and both parts. */
export const COOKIE_OPTION_OCTETS = 4 + COOKIE_OCTETS;

/** RFC 9018, section 4.3: how old, and how far in the future, a cookie may be, and when it is renewed; in seconds. */
const MAX_AGE_SECONDS = 3_600;
const MAX_FUTURE_SECONDS = 300;
const RENEWAL_AGE_SECONDS = 1_800;

/**
 * What a query's cookie says about its sender:
 * - `valid`: it has this address, for it holds what was sent there at most an hour ago.
 * - `new`: it has nothing from here yet.
 * - `invalid`: what it has is too old, of another server or secret, or forged.
 */
export type CookieVerdict = 'valid' | 'new' | 'invalid';

/** The server's side of DNS cookies (RFC 7873), in the layout that servers of all makers share (RFC 9018). */
export interface ServerCookies {
  /**
   * Writes the COOKIE option of a reply, `COOKIE_OPTION_OCTETS` long: the client's part, and with it the server's part
   * that it sent, if that is valid and not to be renewed yet, or a new one. Nothing is kept of the arguments.
   * @param cookie data of the query's option, of a length that `isCookieLength` takes
   * @param address the client's IP address
   * @param nowSeconds whole seconds since 1970
   */
  writeOption(cookie: Uint8Array, address: string, nowSeconds: number, into: Uint8Array, at: number): CookieVerdict;
}

/** RFC 7873, section 5.2.2: another length is FORMERR. */
export function isCookieLength(octets: number): boolean {
  const serverPart = octets - CLIENT_COOKIE_OCTETS;
  return serverPart === 0 || (serverPart >= MIN_SERVER_COOKIE_OCTETS && serverPart <= MAX_SERVER_COOKIE_OCTETS);
}

/**
 * @param secrets of 16 octets each: the first makes cookies, and what any of them made is taken for valid (RFC 9018,
 *   section 5, on the change of a secret)
 */
export function createServerCookies(secrets: CookieSecrets): ServerCookies {
  const [ownSecret, ...otherSecrets] = secrets;
  /** What is hashed (RFC 9018, section 4.4): the client's part, the first half of the server's part, the address. */
  const input = new Uint8Array(HEAD_OCTETS + 16);
  const hash = new Uint8Array(SIPHASH_OCTETS);
  let lastAddress = '';
  let inputLength = HEAD_OCTETS;

  const fillInput = (from: Uint8Array, start: number, address: string): void => {
    for (let index = 0; index < HEAD_OCTETS; index++) input[index] = from[start + index] ?? 0;
    if (address === lastAddress) return;
    const octets = clientOctets(address);
    input.set(octets, HEAD_OCTETS);
    inputLength = HEAD_OCTETS + octets.length;
    lastAddress = address;
  };

  /** Takes equally long whichever octets are wrong, so that nobody can guess them one after another. */
  const isMadeWith = (secret: Uint8Array, cookie: Uint8Array): boolean => {
    sipHash24(secret, input, inputLength, hash, 0);
    let difference = 0;
    for (let index = 0; index < SIPHASH_OCTETS; index++) {
      difference |= (hash[index] ?? 0) ^ (cookie[HEAD_OCTETS + index] ?? 0);
    }
    return difference === 0;
  };

  return {
    writeOption(cookie, address, nowSeconds, into, at) {
      const isOurs = cookie.length === COOKIE_OCTETS && cookie[CLIENT_COOKIE_OCTETS] === VERSION;
      const ageSeconds = isOurs ? ageOf(cookie, nowSeconds) : Number.NaN;
      const mayBeValid = ageSeconds <= MAX_AGE_SECONDS && ageSeconds >= -MAX_FUTURE_SECONDS;
      if (mayBeValid) fillInput(cookie, 0, address);
      const isOfOwnSecret = mayBeValid && isMadeWith(ownSecret, cookie);
      const isValid = isOfOwnSecret || (mayBeValid && otherSecrets.some((secret) => isMadeWith(secret, cookie)));

      const data = writeOptionHead(into, at);
      if (isOfOwnSecret && ageSeconds < RENEWAL_AGE_SECONDS) {
        into.set(cookie, data);
      } else {
        writeCookieHead(cookie, nowSeconds, into, data);
        fillInput(into, data, address);
        sipHash24(ownSecret, input, inputLength, into, data + HEAD_OCTETS);
      }
      if (isValid) return 'valid';
      return cookie.length === CLIENT_COOKIE_OCTETS ? 'new' : 'invalid';
    },
  };
}

/** How long ago a cookie was made, below 0 for one of the future; the time goes round after 2^32 s (RFC 9018, section 4.3). */
function ageOf(cookie: Uint8Array, nowSeconds: number): number {
  const at = CLIENT_COOKIE_OCTETS + TIME_OFFSET;
  let madeSeconds = 0;
  for (let index = 0; index < 4; index++) madeSeconds = (madeSeconds << 8) | (cookie[at + index] ?? 0);
  return (nowSeconds - madeSeconds) | 0;
}

/** @returns where the option's data begin */
function writeOptionHead(into: Uint8Array, at: number): number {
  into[at] = OptionCode.COOKIE >> 8;
  into[at + 1] = OptionCode.COOKIE & 0xff;
  into[at + 2] = 0;
  into[at + 3] = COOKIE_OCTETS;
  return at + 4;
}

/** The client's part of `cookie`, and a new server's part but for its hash. */
function writeCookieHead(cookie: Uint8Array, nowSeconds: number, into: Uint8Array, at: number): void {
  for (let index = 0; index < CLIENT_COOKIE_OCTETS; index++) into[at + index] = cookie[index] ?? 0;
  const server = at + CLIENT_COOKIE_OCTETS;
  into[server] = VERSION;
  into.fill(0, server + 1, server + TIME_OFFSET);
  for (let index = 0; index < 4; index++) {
    into[server + TIME_OFFSET + index] = (nowSeconds >>> (24 - 8 * index)) & 0xff;
  }
}
