import { failure, type Result, success } from '@wharf/agent';
import { SIPHASH_KEY_OCTETS } from './siphash.ts';

/** Keys of 16 octets: the first makes cookies, the others are for a change of the secret (RFC 9018, section 5). */
export type CookieSecrets = readonly [Uint8Array, ...Uint8Array[]];

/** One that is in use, and one that comes or goes. */
const MAX_SECRETS = 2;

const SECRET = /^[0-9a-f]{32}$/i;

/**
 * Reads the secrets of a file: one or two lines of 32 hexadecimal digits; empty lines and those that begin with `#` do
 * not count. The error continues a sentence that names the file, and shows nothing of it.
 */
export function parseCookieSecrets(text: string): Result<CookieSecrets, string> {
  const lines = text.split('\n').map((line) => line.trim());
  const secrets = lines.flatMap((line, index) => (line === '' || line.startsWith('#') ? [] : [{ line, index }]));
  const wrong = secrets.find(({ line }) => !SECRET.test(line));
  if (wrong !== undefined)
    return failure(`has a line ${wrong.index + 1} that is not ${SIPHASH_KEY_OCTETS} octets in hexadecimal`);
  const [first, ...others] = secrets.map(({ line }) => Uint8Array.from(Buffer.from(line, 'hex')));
  if (first === undefined) return failure('has no secret: write 32 hexadecimal digits on a line');
  if (others.length >= MAX_SECRETS) return failure(`has more than ${MAX_SECRETS} secrets`);
  return success([first, ...others]);
}
