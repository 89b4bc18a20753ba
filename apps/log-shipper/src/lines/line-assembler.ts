import { type LogLine, type LogPiece, type LogSource, logSources } from './log-line.ts';
import { utf8Boundary } from './utf8-boundary.ts';

/** A line and the pieces that are used up with it. */
export interface AssembledLine {
  readonly line: LogLine;
  /** Empty when every byte is left over from pieces that an earlier line used up. */
  readonly pieces: readonly LogPiece[];
  /** Cut at the limit: the next line of this source goes on where it ends. */
  readonly isCut: boolean;
}

/**
 * Joins the pieces of each source's lines. An engine gives all pieces of a line the time of the first: a piece of
 * another time begins another line, for the one before has lost its end with the process that wrote it. Where times
 * are whole seconds, as Podman's are, they say nothing about that.
 */
export interface LineAssembler {
  /** What the piece completes: nothing, a line, or several when the limit is passed. */
  push(piece: LogPiece): readonly AssembledLine[];
  /** The stream has ended for good: what is left is a line without an end. */
  flush(): readonly AssembledLine[];
  /** The stream was cut and will be read again from pieces not used up: forgets those, and only those. */
  rewind(): void;
}

interface Pending {
  timestamp: string;
  /** Bytes of pieces that are used up, left over where a line was cut at the limit. */
  carry: Buffer;
  pieces: LogPiece[];
  length: number;
}

/**
 * @param lineLimit the longest line in bytes; a longer one is cut there, between characters, and goes on as another
 * line, so that a container that never ends its line costs no more memory than this
 */
export function createLineAssembler(lineLimit: number): LineAssembler {
  const pending = new Map<LogSource, Pending>();

  /** The line that was left without its end, if the piece belongs to another one. */
  const abandoned = (piece: LogPiece): readonly AssembledLine[] => {
    const state = pending.get(piece.source);
    if (state === undefined || state.timestamp === piece.timestamp || isWholeSecond(piece.timestamp)) return NONE;
    return finish(piece.source, state);
  };

  const finish = (source: LogSource, state: Pending): readonly AssembledLine[] => {
    pending.delete(source);
    return cutLines(source, state, lineLimit).lines;
  };

  return {
    push(piece) {
      const { source, partial } = piece;
      const before = abandoned(piece);
      const state = pending.get(source);
      if (state === undefined && !partial && piece.bytes.length <= lineLimit) {
        const line = { source, timestamp: piece.timestamp, bytes: stripCarriageReturns(piece.bytes) };
        return [...before, { line, pieces: [piece], isCut: false }];
      }
      const joined = state ?? { timestamp: piece.timestamp, carry: EMPTY, pieces: [], length: 0 };
      joined.pieces.push(piece);
      joined.length += piece.bytes.length;
      if (!partial) return [...before, ...finish(source, joined)];
      if (joined.length <= lineLimit) {
        pending.set(source, joined);
        return before;
      }
      const { lines, rest } = cutLines(source, joined, lineLimit, true);
      pending.set(source, { timestamp: joined.timestamp, carry: rest, pieces: [], length: rest.length });
      return [...before, ...lines];
    },
    flush() {
      return logSources.flatMap((source) => {
        const state = pending.get(source);
        return state === undefined || state.length === 0 ? [] : finish(source, state);
      });
    },
    rewind() {
      for (const [source, state] of pending) {
        if (state.carry.length === 0) pending.delete(source);
        else pending.set(source, { ...state, pieces: [], length: state.carry.length });
      }
    },
  };
}

const NONE: readonly AssembledLine[] = [];
const EMPTY = Buffer.alloc(0);
const CARRIAGE_RETURN = 0x0d;

function isWholeSecond(timestamp: string): boolean {
  return timestamp.endsWith('.000000000Z');
}

/** Cuts what is pending into lines of at most `limit`; with `keepRest` the last one is not a line yet. */
function cutLines(
  source: LogSource,
  { timestamp, carry, pieces }: Pending,
  limit: number,
  keepRest = false,
): { readonly lines: readonly AssembledLine[]; readonly rest: Buffer } {
  const lines: AssembledLine[] = [];
  let rest = Buffer.concat([carry, ...pieces.map(({ bytes }) => bytes)]);
  const add = (bytes: Buffer, isCut: boolean): void => {
    lines.push({ line: { source, timestamp, bytes }, pieces: lines.length === 0 ? pieces : [], isCut });
  };
  while (rest.length > limit) {
    const end = utf8Boundary(rest, limit);
    add(rest.subarray(0, end), true);
    rest = rest.subarray(end);
  }
  if (keepRest) return { lines, rest: Buffer.from(rest) };
  add(stripCarriageReturns(rest), false);
  return { lines, rest: EMPTY };
}

/** A terminal ends lines with CR LF, or CR CR LF when the program already did. */
function stripCarriageReturns(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === CARRIAGE_RETURN) end--;
  return end === bytes.length ? bytes : bytes.subarray(0, end);
}
