/** The end of an entry as dockerd writes it: its time, which no other entry of the log has in common with its stream. */
export const TAIL_BYTES = 40;

/** FNV-1a, 32 bits, of at most the last `TAIL_BYTES` of these bytes: what a place in a log file is known again by. */
export function tailPrint(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let at = Math.max(0, bytes.length - TAIL_BYTES); at < bytes.length; at++) {
    hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
