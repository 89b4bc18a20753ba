/** Where a container wrote a line; a container with a TTY has `stdout` alone. */
export type LogSource = 'stdout' | 'stderr';

export const logSources: readonly LogSource[] = ['stdout', 'stderr'];

/** What a piece is known again by when it is read a second time. */
export interface PieceMark {
  /** When the engine read it: UTC, always 30 characters, `2026-02-03T04:05:06.123456789Z`, so that texts compare as times. */
  readonly timestamp: string;
  /** See `fingerprint`. */
  readonly print: number;
}

/** One entry of a container's log: a line or, as engines store lines over 16 KiB, a piece of one. */
export interface LogPiece extends PieceMark {
  readonly source: LogSource;
  /** Without the line's end. A view of a buffer that is used again: whoever keeps it beyond the call copies it. */
  readonly bytes: Buffer;
  /** More of the same line follows in the next piece of this source. */
  readonly partial: boolean;
}

/** A line as it is shipped. */
export interface LogLine {
  readonly source: LogSource;
  /** Of its first piece, in the form of `PieceMark`. */
  readonly timestamp: string;
  /** May be a view that is valid only during the call, as a piece's. */
  readonly bytes: Buffer;
  /** RFC 5424, section 6.2.1, 0 to 7, where the line itself tells; otherwise the source decides. */
  readonly severity?: number;
  /** What the line itself says, as names and values for structured data. */
  readonly fields?: readonly (readonly [name: string, value: string])[];
}
