import type { LogLine } from '../lines/log-line.ts';
import type { LineText } from './line-text.ts';
import { parseJsonLine } from './parse-json-line.ts';
import type { StageLink } from './stage-link.ts';

/** Longer lines are not parsed. */
export const JSON_BYTES_LIMIT = 65_536;

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const SPACE = 0x20;
const TAB = 0x09;

/**
 * Reads severity and fields out of lines that are JSON objects; every other line passes as it is.
 * @param messageOnly the line's text becomes that of its message, where it has one
 */
export function createJsonStage(messageOnly: boolean, text: LineText, next: StageLink): StageLink {
  return {
    push(line, marks, nowMs) {
      next.push(mayBeObject(line.bytes) ? parsed(line, text.whole(line.bytes), messageOnly) : line, marks, nowMs);
    },
    drop: next.drop,
  };
}

function mayBeObject(bytes: Buffer): boolean {
  if (bytes.length < 2 || bytes.length > JSON_BYTES_LIMIT) return false;
  let first = 0;
  let last = bytes.length - 1;
  while (isBlank(bytes[first])) first++;
  if (bytes[first] !== OPENING_BRACE) return false;
  while (isBlank(bytes[last])) last--;
  return bytes[last] === CLOSING_BRACE;
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

function parsed(line: LogLine, text: string, messageOnly: boolean): LogLine {
  const said = parseJsonLine(text);
  if (said === undefined) return line;
  const { severity, fields, message } = said;
  return {
    ...line,
    ...(severity === undefined ? {} : { severity }),
    ...(fields.length === 0 ? {} : { fields }),
    ...(messageOnly && message !== undefined ? { bytes: Buffer.from(oneLine(message)) } : {}),
  };
}

/** As syslog daemons write control characters, in octal: a line feed inside would begin another message over TCP. */
function oneLine(text: string): string {
  return text.replace(/[^\P{Cc}\t]/gu, (control) => `#${control.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
