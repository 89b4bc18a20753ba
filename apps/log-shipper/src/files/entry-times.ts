import { createEntryParser } from './entry-parser.ts';

const LF = 0x0a;

/** The first entry with a time that begins in the chunk, at its start or behind an LF. */
export interface TimedEntry {
  readonly start: number;
  readonly timestamp: string;
}

/** @param isEntryStart whether the chunk begins with an entry; otherwise what is before its first LF is left out */
export function firstTimedEntry(chunk: Buffer, isEntryStart: boolean): TimedEntry | undefined {
  let start = isEntryStart ? 0 : chunk.indexOf(LF) + 1;
  if (start === 0 && !isEntryStart) return undefined;
  for (let end = chunk.indexOf(LF, start); end >= 0; end = chunk.indexOf(LF, start)) {
    const timestamp = lastEntryTime(chunk.subarray(start, end + 1));
    if (timestamp !== undefined) return { start, timestamp };
    start = end + 1;
  }
  return undefined;
}

/** The time of the last whole entry of these lines; undefined when none has one. */
export function lastEntryTime(chunk: Buffer): string | undefined {
  let last: string | undefined;
  const parser = createEntryParser({
    takes(_source, timestamp) {
      last = timestamp;
      return false;
    },
    onPiece: () => undefined,
    onMalformed: () => undefined,
  });
  parser.parse(chunk);
  return last;
}
