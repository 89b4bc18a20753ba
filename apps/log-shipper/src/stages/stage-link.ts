import type { LogLine, PieceMark } from '../lines/log-line.ts';
import type { LineSink } from './line-stage.ts';

export type DropReason = 'excluded' | 'rate-limited';

/** Lines were left out on purpose. */
export type DropListener = (reason: DropReason, lines: number) => void;

/** A stage as the one before it sees it: it holds nothing back, and waits for nothing. */
export interface StageLink {
  /** @param nowMs monotonic milliseconds */
  push(line: LogLine, marks: readonly PieceMark[], nowMs: number): void;
  /** Gives on the marks of a line that was left out. */
  readonly drop: (marks: readonly PieceMark[]) => void;
}

/** The end of the chain. */
export function sinkLink(sink: LineSink): StageLink {
  return { push: (line, marks) => sink(line, marks), drop: (marks) => sink(undefined, marks) };
}
