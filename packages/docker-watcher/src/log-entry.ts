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
  const { length } = bytes;
  const partial = length === 0 || bytes[length - 1] !== LF;
  const timestamp = beginsWithUsualTimestamp(bytes) ? bytes.toString('latin1', 0, USUAL_LENGTH) : findTimestamp(bytes);
  const start = timestamp === '' ? 0 : timestamp.length + 1;
  return { timestamp, text: bytes.subarray(start, partial ? length : length - 1), partial };
}

/** Of any form; empty when there is none. */
function findTimestamp(bytes: Buffer): string {
  const space = bytes.subarray(0, LONGEST_TIMESTAMP + 1).indexOf(SPACE);
  const timestamp = space < 0 ? '' : bytes.toString('latin1', 0, space);
  return TIMESTAMP.test(timestamp) ? timestamp : '';
}

/** What Docker writes: always UTC, always nine digits of a second. */
const USUAL_FORM = Buffer.from('0000-00-00T00:00:00.000000000Z ');
const USUAL_LENGTH = USUAL_FORM.length - 1;
const DIGIT_ZERO = 0x30;

/** The same answer as the regular expression gives for this form, without a string and many times faster. */
function beginsWithUsualTimestamp(bytes: Buffer): boolean {
  if (bytes.length <= USUAL_LENGTH) return false;
  for (let at = USUAL_LENGTH; at >= 0; at--) {
    const expected = USUAL_FORM[at] ?? 0;
    const difference = (bytes[at] ?? 0) - expected;
    if (difference !== 0 && (expected !== DIGIT_ZERO || difference < 0 || difference > 9)) return false;
  }
  return true;
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
