import { type LogLine, type LogPiece, type LogSource, logSources } from './log-line.ts';
import type { TrackedPiece } from './resume-point.ts';
import { utf8Boundary } from './utf8-boundary.ts';

/**
 * Takes a line and the pieces that are used up with it: none when every byte is left over from pieces that an earlier
 * line used up. `isCut`: cut at the limit; the next line of this source goes on where it ends.
 */
export type AssembledLineSink = (line: LogLine, pieces: readonly TrackedPiece[], isCut: boolean) => void;

/**
 * Joins the pieces of each source's lines. An engine gives all pieces of a line the time of the first: a piece of
 * another time begins another line, for the one before has lost its end with the process that wrote it. Where times
 * are whole seconds, as Podman's are, they say nothing about that.
 */
export interface LineAssembler {
  /** @param tracked stands for `piece` with whoever keeps account of pieces */
  push(piece: LogPiece, tracked: TrackedPiece): void;
  /** The log has ended for good: what is left is a line without an end. */
  flush(): void;
  /** The stream was cut and will be read again from pieces not used up: forgets those, and only those. */
  rewind(): void;
}

interface Pending {
  readonly timestamp: string;
  /** Bytes of pieces that are used up, left over where a line was cut at the limit. */
  readonly carry: Buffer;
  readonly parts: Buffer[];
  readonly pieces: TrackedPiece[];
  /** Of carry and parts together. */
  length: number;
}

/**
 * @param lineLimit the longest line in bytes; a longer one is cut there, between characters, and goes on as another
 * line, so that a container that never ends its line costs no more memory than this
 */
export function createLineAssembler(lineLimit: number, sink: AssembledLineSink): LineAssembler {
  const pending = new Map<LogSource, Pending>();

  const finish = (source: LogSource, state: Pending): void => {
    pending.delete(source);
    const { timestamp, pieces } = state;
    const { lines, rest } = cutLines(state, lineLimit);
    for (const [index, bytes] of lines.entries()) sink({ source, timestamp, bytes }, index === 0 ? pieces : NONE, true);
    const bytes = stripCarriageReturns(rest);
    sink({ source, timestamp, bytes }, lines.length === 0 ? pieces : NONE, false);
  };
  /** Gives on the lines that the limit makes of what is pending, and keeps the rest. */
  const shorten = (source: LogSource, state: Pending): void => {
    const { timestamp, pieces } = state;
    const { lines, rest } = cutLines(state, lineLimit);
    pending.set(source, { timestamp, carry: Buffer.from(rest), parts: [], pieces: [], length: rest.length });
    for (const [index, bytes] of lines.entries()) sink({ source, timestamp, bytes }, index === 0 ? pieces : NONE, true);
  };
  /** Gives on the line that was left without its end, if the piece belongs to another one. */
  const abandon = ({ source, timestamp }: LogPiece): void => {
    const state = pending.get(source);
    if (state !== undefined && state.timestamp !== timestamp && !isWholeSecond(timestamp)) finish(source, state);
  };

  return {
    push(piece, tracked) {
      const { source, timestamp, bytes, partial } = piece;
      if (pending.size > 0) abandon(piece);
      const state = pending.get(source);
      if (state === undefined && !partial && bytes.length <= lineLimit) {
        sink({ source, timestamp, bytes: stripCarriageReturns(bytes) }, [tracked], false);
        return;
      }
      const joined = state ?? { timestamp, carry: EMPTY, parts: [], pieces: [], length: 0 };
      joined.parts.push(Buffer.from(bytes));
      joined.pieces.push(tracked);
      joined.length += bytes.length;
      if (!partial) finish(source, joined);
      else if (joined.length > lineLimit) shorten(source, joined);
      else pending.set(source, joined);
    },
    flush() {
      for (const source of logSources) {
        const state = pending.get(source);
        if (state !== undefined && state.length > 0) finish(source, state);
      }
    },
    rewind() {
      for (const [source, { timestamp, carry }] of pending) {
        if (carry.length === 0) pending.delete(source);
        else pending.set(source, { timestamp, carry, parts: [], pieces: [], length: carry.length });
      }
    },
  };
}

const NONE: readonly TrackedPiece[] = [];
const EMPTY = Buffer.alloc(0);
const CARRIAGE_RETURN = 0x0d;

function isWholeSecond(timestamp: string): boolean {
  return timestamp.endsWith('.000000000Z');
}

/** Lines of exactly the limit, cut between characters, and what is left of at most that. */
function cutLines(
  { carry, parts }: Pending,
  limit: number,
): { readonly lines: readonly Buffer[]; readonly rest: Buffer } {
  const lines: Buffer[] = [];
  let rest = Buffer.concat([carry, ...parts]);
  while (rest.length > limit) {
    const end = utf8Boundary(rest, limit);
    lines.push(rest.subarray(0, end));
    rest = rest.subarray(end);
  }
  return { lines, rest };
}

/** A terminal ends lines with CR LF, or CR CR LF when the program already did. */
function stripCarriageReturns(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === CARRIAGE_RETURN) end--;
  return end === bytes.length ? bytes : bytes.subarray(0, end);
}
