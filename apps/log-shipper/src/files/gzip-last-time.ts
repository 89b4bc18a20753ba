import { entryTime } from './entry-time.ts';

/** The longest header that is looked at: 12 bytes and an extra field. */
export const GZIP_HEAD_BYTES = 512;

const EXTRA_FLAG = 4;
const FIXED_BYTES = 12;
const LAST_TIME = /"lastTime":"(?<time>[^"\\]+)"/;

/**
 * The time of the last entry of a compressed log file, which dockerd writes into the extra field of the header; undefined
 * in a file that others have compressed. Source: RFC 1952, section 2.3, and dockerd's `{"lastTime":"..."}`.
 */
export function gzipLastTime(head: Buffer): string | undefined {
  if (head.length < FIXED_BYTES || head.readUInt16BE(0) !== 0x1f8b) return undefined;
  if (((head[3] ?? 0) & EXTRA_FLAG) === 0) return undefined;
  const extra = head.subarray(FIXED_BYTES, FIXED_BYTES + head.readUInt16LE(10)).toString('latin1');
  const time = LAST_TIME.exec(extra)?.groups?.['time'];
  return time === undefined ? undefined : entryTime(time);
}
