import type { LogLine, LogSource, PieceMark } from '../lines/log-line.ts';
import type { LineStage } from './line-stage.ts';
import type { LineText } from './line-text.ts';
import type { Pattern } from './pattern.ts';
import type { StageLink } from './stage-link.ts';

/** Which lines of a message the pattern matches: its first, its last, all but the first, or all but the last. */
export type MultilineMatch = 'first' | 'last' | 'nonfirst' | 'nonlast';

export interface MultilineSettings {
  readonly match: MultilineMatch;
  readonly pattern: Pattern;
  /** A message whose next line is not there after this long is complete. */
  readonly flushAfterMs: number;
  /** What stands between the lines of a message. */
  readonly separator: string;
}

/** A message that grows past either is given on, and the rest becomes another one. */
export const MESSAGE_BYTES_LIMIT = 1_048_576;
export const MESSAGE_LINES_LIMIT = 10_000;

/**
 * Joins lines to messages, each source for itself, so that errors do not break into what goes to standard output. A
 * message has the time and the source of its first line.
 */
export function createMultilineStage(settings: MultilineSettings, text: LineText, next: StageLink): LineStage {
  const separator = Buffer.from(settings.separator);
  const held = { stdout: new HeldMessage(separator), stderr: new HeldMessage(separator) };
  const { match, pattern, flushAfterMs } = settings;
  const beginsOn = match === 'first' ? true : match === 'nonfirst' ? false : undefined;
  const endsOn = match === 'last' ? true : match === 'nonlast' ? false : undefined;
  let lastMs = 0;

  const release = (source: LogSource, nowMs: number): void => {
    const message = held[source].take(source);
    if (message !== undefined) next.push(message.line, message.marks, nowMs);
  };

  return {
    push(line, marks, nowMs) {
      lastMs = nowMs;
      const { source } = line;
      const message = held[source];
      const matches = pattern.test(text.seen(line.bytes));
      if (matches === beginsOn || !message.hasRoomFor(line.bytes.length)) release(source, nowMs);
      if (matches === endsOn && message.lines === 0) {
        next.push(line, marks, nowMs);
        return;
      }
      message.add(line, marks, nowMs);
      if (matches === endsOn) release(source, nowMs);
    },
    tick(nowMs) {
      lastMs = nowMs;
      for (const source of SOURCES) {
        const { grownAtMs } = held[source];
        if (grownAtMs !== undefined && nowMs - grownAtMs >= flushAfterMs) release(source, nowMs);
      }
    },
    get dueAtMs() {
      const grownAtMs = Math.min(held.stdout.grownAtMs ?? Infinity, held.stderr.grownAtMs ?? Infinity);
      return grownAtMs === Infinity ? undefined : grownAtMs + flushAfterMs;
    },
    flush() {
      for (const source of SOURCES) release(source, lastMs);
    },
    rewind() {
      for (const source of SOURCES) held[source].clear();
    },
  };
}

const SOURCES: readonly LogSource[] = ['stdout', 'stderr'];

const FIRST_BYTES = 4_096;
/** A buffer that a long message has left behind is not kept beyond this. */
const KEPT_BYTES = 65_536;

/** The lines of a message that is not complete yet, in one buffer that the next message uses again. */
class HeldMessage {
  readonly #separator: Buffer;
  #buffer = Buffer.alloc(0);
  #length = 0;
  #timestamp = '';
  #marks: PieceMark[] = [];
  lines = 0;
  /** Monotonic milliseconds; undefined while nothing is held. */
  grownAtMs: number | undefined;

  constructor(separator: Buffer) {
    this.#separator = separator;
  }

  hasRoomFor(bytes: number): boolean {
    const length = this.#length + this.#separator.length + bytes;
    return this.lines === 0 || (this.lines < MESSAGE_LINES_LIMIT && length <= MESSAGE_BYTES_LIMIT);
  }

  add({ bytes, timestamp }: LogLine, marks: readonly PieceMark[], nowMs: number): void {
    this.#reserve(this.#separator.length + bytes.length);
    if (this.lines === 0) this.#timestamp = timestamp;
    else this.#length += this.#separator.copy(this.#buffer, this.#length);
    this.#length += bytes.copy(this.#buffer, this.#length);
    for (const mark of marks) this.#marks.push(mark);
    this.lines++;
    this.grownAtMs = nowMs;
  }

  /** The bytes are valid until the next line is added. */
  take(source: LogSource): { readonly line: LogLine; readonly marks: readonly PieceMark[] } | undefined {
    if (this.lines === 0) return undefined;
    const line = { source, timestamp: this.#timestamp, bytes: this.#buffer.subarray(0, this.#length) };
    const marks = this.#marks;
    this.clear();
    return { line, marks };
  }

  clear(): void {
    if (this.#buffer.length > KEPT_BYTES) this.#buffer = Buffer.alloc(0);
    this.#length = 0;
    this.#marks = [];
    this.lines = 0;
    this.grownAtMs = undefined;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2, FIRST_BYTES));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}
