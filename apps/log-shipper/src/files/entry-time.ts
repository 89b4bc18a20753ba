import { parseTimestamp, renderTimestamp } from '@wharf/docker-watcher';

const FORM = Buffer.from('0000-00-00T00:00:00.000000000Z', 'latin1');
const DIGIT = 0x30;

/** Length of `2026-02-03T04:05:06.123456789Z`. */
export const TIME_LENGTH = FORM.length;

/** Whether the bytes from `start` on are a time in the form of `PieceMark.timestamp`. */
export function isWholeTime(bytes: Uint8Array, start: number): boolean {
  for (let at = 0; at < TIME_LENGTH; at++) {
    const byte = bytes[start + at] ?? 0;
    const expected = FORM[at];
    if (expected === DIGIT ? byte < DIGIT || byte > 0x39 : byte !== expected) return false;
  }
  return true;
}

const TRIMMED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/**
 * An entry's time in the form of `PieceMark.timestamp`; undefined when it is none. dockerd leaves zeros at the end of
 * the fraction out.
 */
export function entryTime(text: string): string | undefined {
  if (!TRIMMED.test(text)) {
    const timeNano = parseTimestamp(text);
    return timeNano === undefined ? undefined : renderTimestamp(timeNano);
  }
  const seconds = text.slice(0, 19);
  const fraction = text.slice(20, -1);
  return `${seconds}.${fraction.padEnd(9, '0')}Z`;
}
