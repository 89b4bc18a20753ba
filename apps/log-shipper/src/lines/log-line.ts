/** Where a container wrote a line; a container with a TTY has `stdout` alone. */
export type LogSource = 'stdout' | 'stderr';

export const logSources: readonly LogSource[] = ['stdout', 'stderr'];

/** One entry of a container's log: a line or, as engines store lines over 16 KiB, a piece of one. */
export interface LogPiece {
  readonly source: LogSource;
  /** When the engine read it: UTC, always 30 characters, `2026-02-03T04:05:06.123456789Z`, so that texts compare as times. */
  readonly timestamp: string;
  /** Without the line's end. */
  readonly bytes: Buffer;
  /** More of the same line follows in the next piece of this source. */
  readonly partial: boolean;
}

/** A line as it is shipped. */
export interface LogLine {
  readonly source: LogSource;
  /** Of its first piece, in the form of `LogPiece`. */
  readonly timestamp: string;
  readonly bytes: Buffer;
}
