import type { LogLine } from './log-line.ts';

/** Turns the lines of one container into messages as they go to a destination, framing included. */
export type LineEncoder = (line: LogLine) => Buffer;
