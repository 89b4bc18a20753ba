import type { LogLine, LogSource, PieceMark } from '../lines/log-line.ts';
import type { LineSink } from '../stages/line-stage.ts';

/** A line that was printed so many milliseconds after the beginning of a day. */
export function sampleLine(text: string | Buffer, { source = 'stdout', atMs = 0 }: SampleLineOptions = {}): LogLine {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return { source, timestamp: sampleTimestamp(atMs), bytes };
}

export interface SampleLineOptions {
  readonly source?: LogSource;
  readonly atMs?: number;
}

export function sampleTimestamp(atMs: number): string {
  return new Date(Date.UTC(2026, 1, 3) + atMs).toISOString().replace('Z', '000000Z');
}

/** What a sink was given; `undefined` for a line that was dropped. */
export interface Taken {
  readonly lines: (LogLine | undefined)[];
  readonly marks: PieceMark[];
  readonly texts: () => readonly string[];
}

/** A sink that keeps a copy of all that it is given. */
export function createTakingSink(): Taken & { readonly sink: LineSink } {
  const lines: (LogLine | undefined)[] = [];
  const marks: PieceMark[] = [];
  return {
    lines,
    marks,
    texts: () => lines.flatMap((line) => (line === undefined ? [] : [line.bytes.toString()])),
    sink(line, given) {
      lines.push(line && { ...line, bytes: Buffer.from(line.bytes) });
      marks.push(...given);
    },
  };
}
