import { encodeUtf8 } from './utf8.ts';

/** How many hexadecimal digits a checksum has. */
export const CHECKSUM_DIGITS = 16;

/** FNV-1a with 64 bits, in lower-case hexadecimal digits: tells apart texts that nobody chose to clash. */
export function checksum(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const octet of encodeUtf8(text.toWellFormed()) ?? []) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(octet)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(CHECKSUM_DIGITS, '0');
}
