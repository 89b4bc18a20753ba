import { type LogLine, type LogPiece, type LogSource, logSources } from './log-line.ts';
import type { TrackedPiece } from './resume-point.ts';
import { utf8Boundary } from './utf8-boundary.ts';

/**
 * Takes a line and the pieces that are used up with it: none when the last of its pieces goes on in the next line.
 * `isCut`: cut at the limit; the next line of this source goes on where it ends.
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
  /**
   * The stream was cut and will be read again: forgets what is not used up, but for pieces that a line has the beginning
   * of. Those are returned: they must not come again.
   */
  rewind(): readonly TrackedPiece[];
}

interface Pending {
  readonly timestamp: string;
  /** What is left over where a line was cut at the limit. */
  readonly carry: Buffer;
  /** Those whose ends `carry` is. */
  readonly carried: readonly TrackedPiece[];
  readonly parts: Buffer[];
  readonly pieces: TrackedPiece[];
  /** Of `carry` and `parts` together; those are of `pieces`, each of one. */
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
    const { timestamp, carried } = state;
    const { lines, rest } = cutLines(state, lineLimit);
    for (const bytes of lines) sink({ source, timestamp, bytes }, NONE, true);
    sink({ source, timestamp, bytes: stripCarriageReturns(rest) }, [...carried, ...state.pieces], false);
  };
  /** Gives on the lines that the limit makes of what is pending, and keeps the rest. */
  const shorten = (source: LogSource, state: Pending): void => {
    const { timestamp, parts } = state;
    const pieces = [...state.carried, ...state.pieces];
    const { lines, rest } = cutLines(state, lineLimit);
    let kept = state.pieces.length;
    for (let bytes = rest.length; bytes > 0 && kept > 0; ) bytes -= parts[--kept]?.length ?? 0;
    const carried = state.pieces.slice(kept);
    pending.set(source, { timestamp, carry: Buffer.from(rest), carried, parts: [], pieces: [], length: rest.length });
    const used = pieces.slice(0, pieces.length - carried.length);
    for (const [index, bytes] of lines.entries()) {
      sink({ source, timestamp, bytes }, index === lines.length - 1 ? used : NONE, true);
    }
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
      const joined = state ?? { timestamp, carry: EMPTY, carried: NONE, parts: [], pieces: [], length: 0 };
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
        else pending.delete(source);
      }
    },
    rewind() {
      for (const [source, { timestamp, carry, carried }] of pending) {
        if (carry.length === 0) pending.delete(source);
        else pending.set(source, { timestamp, carry, carried, parts: [], pieces: [], length: carry.length });
      }
      return [...pending.values()].flatMap(({ carried }) => carried);
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
