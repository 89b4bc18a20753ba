import type { LogLine, PieceMark } from '../lines/log-line.ts';

/**
 * Takes a line and the marks of the pieces that are used up with it; `undefined` is a line that was dropped on purpose,
 * whose pieces are used up all the same. `line.bytes` may be a view that is valid only during the call.
 */
export type LineSink = (line: LogLine | undefined, marks: readonly PieceMark[]) => void;

/**
 * What is done to the lines of one container between the assembler and the encoder. A stage is made with the sink it
 * gives to, holds lines of this one container, and gives every mark it was given to the sink exactly once, with the
 * line or without.
 */
export interface LineStage {
  /** @param nowMs monotonic milliseconds */
  push(line: LogLine, marks: readonly PieceMark[], nowMs: number): void;
  /** Gives on what is due by `nowMs`. */
  tick(nowMs: number): void;
  /** When `tick` has something to do, monotonic milliseconds; undefined when nothing waits for time. */
  readonly dueAtMs: number | undefined;
  /** Nothing more will come: gives on all that is held. */
  flush(): void;
  /** The stream was cut, and what was not given on will be read again: forgets it. */
  rewind(): void;
}
