import type { LogSource } from './log-line.ts';

/** How much of a piece is looked at: with the time to the nanosecond and the length, enough to tell two apart. */
const PRINTED_BYTES = 256;

/** FNV-1a, 32 bits, of a piece's source, completeness, length and first bytes. */
export function fingerprint(source: LogSource, partial: boolean, bytes: Uint8Array): number {
  let hash = mix(0x811c9dc5, (source === 'stdout' ? 1 : 2) + (partial ? 4 : 0));
  hash = mix(mix(hash, bytes.length & 0xff), bytes.length >>> 8);
  const end = Math.min(bytes.length, PRINTED_BYTES);
  for (let at = 0; at < end; at++) hash = mix(hash, bytes[at] ?? 0);
  return hash >>> 0;
}

function mix(hash: number, value: number): number {
  return Math.imul(hash ^ value, 0x01000193);
}
