import { fingerprint } from '../lines/fingerprint.ts';
import type { LogPiece, LogSource } from '../lines/log-line.ts';
import { entryTime, isWholeTime, TIME_LENGTH } from './entry-time.ts';
import { type FileEntry, parseForeignEntry } from './parse-foreign-entry.ts';
import { unescapeJson } from './unescape-json.ts';

export interface EntryListener {
  /** Whether this entry is wanted; asked before anything is made of its text. */
  takes(source: LogSource, timestamp: string): boolean;
  /** The piece's bytes are valid during the call. */
  onPiece(piece: LogPiece): void;
  onMalformed(): void;
}

/** From the bytes of a log file to pieces. */
export interface EntryParser {
  /** Reads the entries that are whole, and returns how many bytes they take. */
  parse(chunk: Buffer): number;
  /** Reads an entry that has lost its line feed, at the end of a file that does not grow any more. */
  parseLast(bytes: Buffer): void;
}

const LF = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_N = 0x6e;
const CLOSING_BRACE = 0x7d;
const LONGEST_TIME = '2026-02-03T04:05:06.123456789+00:00'.length;

const HEAD = Buffer.from('{"log":"', 'latin1');
const BEFORE_STDOUT = Buffer.from('","stream":"stdout","time":"', 'latin1');
const BEFORE_STDERR = Buffer.from('","stream":"stderr","time":"', 'latin1');
/** Where the two differ. */
const SOURCE_AT = 15;
const LETTER_O = 0x6f;

/**
 * Docker's json-file format: an object a line, `{"log":"text\n","stream":"stdout","time":"..."}`. What dockerd writes
 * is read byte by byte; an entry with `attrs`, or in any other form, costs a `JSON.parse`.
 *
 * An entry that a crash or a full disk has cut short is joined to the next one: that one is still read. Inside a text
 * quotes are escaped, so the last `{"log":"` of a line is where it begins.
 */
export function createEntryParser(listener: EntryListener): EntryParser {
  let scratch = Buffer.alloc(0);
  const unescaped = { end: 0, length: 0 };
  /** The next backslash from here on; the chunk's length when there is none. */
  let backslash = -1;

  const give = (source: LogSource, timestamp: string, bytes: Buffer, partial: boolean): void => {
    listener.onPiece({ source, timestamp, bytes, partial, print: fingerprint(source, partial, bytes) });
  };

  /** The text from `start` to before its closing quote, escapes and all, without the LF; where the quote is. */
  let textIsPlain = false;
  let textLength = 0;
  let isPartial = false;
  const readText = (chunk: Buffer, start: number): number => {
    const quote = chunk.indexOf(QUOTE, start);
    if (quote < 0) return -1;
    if (backslash < start) {
      const found = chunk.indexOf(BACKSLASH, start);
      backslash = found < 0 ? chunk.length : found;
    }
    textIsPlain = backslash > quote || (backslash === quote - 2 && chunk[quote - 1] === LETTER_N);
    if (textIsPlain) {
      isPartial = backslash > quote;
      textLength = (isPartial ? quote : backslash) - start;
      return quote;
    }
    if (scratch.length < chunk.length) scratch = Buffer.allocUnsafe(chunk.length);
    if (!unescapeJson(chunk, start, scratch, unescaped)) return -1;
    isPartial = unescaped.length === 0 || scratch[unescaped.length - 1] !== LF;
    textLength = isPartial ? unescaped.length : unescaped.length - 1;
    return unescaped.end - 1;
  };

  /** Reads an entry as dockerd writes it; returns where the next one begins, or -1 when it is none. */
  const readEntry = (chunk: Buffer, start: number): number => {
    if (!matches(chunk, start, HEAD)) return -1;
    const textStart = start + HEAD.length;
    const quote = readText(chunk, textStart);
    if (quote < 0) return -1;
    const source = chunk[quote + SOURCE_AT] === LETTER_O ? 'stdout' : 'stderr';
    const words = source === 'stdout' ? BEFORE_STDOUT : BEFORE_STDERR;
    if (!matches(chunk, quote, words)) return -1;
    const timeStart = quote + words.length;
    const isWhole = isWholeTime(chunk, timeStart);
    const timeEnd = isWhole ? timeStart + TIME_LENGTH : chunk.indexOf(QUOTE, timeStart);
    if (chunk[timeEnd] !== QUOTE || chunk[timeEnd + 1] !== CLOSING_BRACE || chunk[timeEnd + 2] !== LF) return -1;
    if (timeEnd - timeStart > LONGEST_TIME) return -1;
    const written = chunk.toString('latin1', timeStart, timeEnd);
    const timestamp = isWhole ? written : entryTime(written);
    if (timestamp === undefined) return -1;
    if (listener.takes(source, timestamp)) {
      const bytes = textIsPlain ? chunk.subarray(textStart, textStart + textLength) : scratch.subarray(0, textLength);
      give(source, timestamp, bytes, isPartial);
    }
    return timeEnd + 3;
  };

  const readForeign = (line: Buffer): void => {
    const entry = parseForeignEntry(line) ?? afterTornEntry(line);
    if (entry === undefined) return;
    const { source, timestamp, bytes, partial } = entry;
    if (listener.takes(source, timestamp)) give(source, timestamp, bytes, partial);
  };

  const afterTornEntry = (line: Buffer): FileEntry | undefined => {
    listener.onMalformed();
    const start = line.lastIndexOf(HEAD);
    return start > 0 ? parseForeignEntry(line.subarray(start)) : undefined;
  };

  return {
    parse(chunk) {
      backslash = -1;
      let start = 0;
      while (start < chunk.length) {
        const next = readEntry(chunk, start);
        if (next >= 0) {
          start = next;
          continue;
        }
        const end = chunk.indexOf(LF, start);
        if (end < 0) break;
        readForeign(chunk.subarray(start, end));
        start = end + 1;
      }
      return start;
    },
    parseLast: readForeign,
  };
}

function matches(chunk: Uint8Array, start: number, words: Uint8Array): boolean {
  for (let at = 0; at < words.length; at++) {
    if (chunk[start + at] !== words[at]) return false;
  }
  return true;
}
