/** One entry of a log that was asked for with `timestamps`. */
export interface LogEntry {
  /** As the engine wrote it (RFC 3339; Docker: 9 digits of a second, Podman: none); empty when there was none. */
  readonly timestamp: string;
  /** Without the LF; a view of the bytes given. */
  readonly text: Buffer;
  /** There was no LF at its end: the line goes on in the next entry of this stream (16 KiB pieces), or was cut short. */
  readonly partial: boolean;
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const LONGEST_TIMESTAMP = '2006-01-02T15:04:05.999999999+00:00'.length;
const SPACE = 0x20;
const LF = 0x0a;

/** Takes `timestamp SP text LF` apart, the payload of one frame. */
export function parseLogEntry(bytes: Buffer): LogEntry {
  const partial = bytes.at(-1) !== LF;
  const end = partial ? bytes.length : bytes.length - 1;
  const space = bytes.subarray(0, LONGEST_TIMESTAMP + 1).indexOf(SPACE);
  const timestamp = space < 0 ? '' : bytes.toString('latin1', 0, space);
  if (!TIMESTAMP.test(timestamp)) return { timestamp: '', text: bytes.subarray(0, end), partial };
  return { timestamp, text: bytes.subarray(space + 1, end), partial };
}

/** Nanoseconds since 1970 of an RFC 3339 time with up to nine digits of a second; undefined when it is none. */
export function parseTimestamp(timestamp: string): bigint | undefined {
  if (!TIMESTAMP.test(timestamp)) return undefined;
  const { fraction = '' } = /\.(?<fraction>\d+)/.exec(timestamp)?.groups ?? {};
  const seconds = Date.parse(timestamp.replace(/\.\d+/, '')) / 1000;
  return Number.isNaN(seconds) ? undefined : BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** The inverse of `parseTimestamp`: in UTC with nine digits of a second, 30 characters, so that texts compare as times. */
export function renderTimestamp(timeNano: bigint): string {
  const wholeSeconds = new Date(Number(timeNano / 1_000_000_000n) * 1_000).toISOString().slice(0, 19);
  return `${wholeSeconds}.${String(timeNano % 1_000_000_000n).padStart(9, '0')}Z`;
}

/** Nanoseconds since 1970 as `LogRequest.since` wants them: `seconds.nanoseconds`. */
export function renderSince(timeNano: bigint): string {
  return `${timeNano / 1_000_000_000n}.${String(timeNano % 1_000_000_000n).padStart(9, '0')}`;
}
