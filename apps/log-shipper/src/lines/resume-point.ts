import { parseTimestamp, renderSince } from '@wharf/docker-watcher';
import type { FilePosition } from '../sources/log-source.ts';
import { newestOf } from './gap-watch.ts';
import type { PieceMark } from './log-line.ts';

/** How many pieces before the oldest unsafe one are remembered. */
const MEMORY = 128;
/** How many pieces newer than all those known may come before one that is known. */
const JITTER = 4_096;
/** How many pieces may come in while one is held. */
const PATIENCE = 65_536;
/** How many pieces of which nothing is sent are remembered after the oldest unsafe one. */
const DROPPED_MEMORY = 4_096;

/** A piece that came in, from then until it is forgotten. */
export interface TrackedPiece extends PieceMark {
  /** Only what this module knows of it. */
  state: 'held' | 'queued' | 'safe' | 'dropped';
}

/** Where a log is opened again. */
export interface ReopenAt {
  /** `seconds.nanoseconds`, inclusive; undefined is the first entry. */
  readonly since: string | undefined;
  /** Where files are read; everything before it is queued or safe. */
  readonly position: FilePosition | undefined;
}

/** How far a container's log is safe, as it is kept over restarts. */
export interface Checkpoint {
  /** `seconds.nanoseconds`, inclusive: where to read on; undefined is the first entry. */
  readonly since: string | undefined;
  /** Pieces from there on that are safe already. */
  readonly known: readonly PieceMark[];
  /** Where a log file was read to when all before it was safe. */
  readonly position?: FilePosition;
}

/**
 * Where a log is taken up again, and what of it is known already.
 *
 * The two sources of a container are stored by two writers, so times may step back by a little, and several pieces may
 * have the same time. Therefore pieces are remembered in the order they came, from a little before the oldest one that
 * is not safe yet; the log is opened again just after the time of the last one forgotten, and what comes again is told
 * by time and fingerprint, never by counting.
 */
export interface ResumePoint {
  /** A piece that has not been seen before came in. */
  arrive(mark: PieceMark): TrackedPiece;
  /** Messages of these pieces are queued. */
  queue(pieces: readonly TrackedPiece[]): void;
  /** Nothing is sent of these pieces, nor would be if they came again: of many of them some are not remembered. */
  drop(pieces: readonly TrackedPiece[]): void;
  /** These pieces need not be read again. */
  secure(pieces: readonly TrackedPiece[]): void;
  /** All pieces that came in lie before `position` of a log file. */
  note(position: FilePosition): void;
  /** The reading is over: pieces neither queued nor safe will come again. */
  rewind(): void;
  /** From now on nothing is forgotten, so that all that comes can be read once more. */
  pin(): void;
  unpin(): void;
  /** How many pieces are remembered. */
  readonly remembered: number;
  /** The log is about to be opened again, there. What is forgotten from now on will be recognised all the same. */
  reopen(): ReopenAt;
  /**
   * It is open, there or a little before.
   * @param isExact nothing comes again from before the position
   */
  opened(isExact: boolean): void;
  /** True for a piece that is queued or safe already; each one is recognised once. */
  isRepeated(mark: PieceMark): boolean;
  checkpoint(): Checkpoint;
  /** Changes whenever the checkpoint may have. */
  readonly version: number;
  /** A piece is held for so long that it shall be queued as it is: all that came after it is remembered. */
  readonly isOverdue: boolean;
  /** When the oldest piece was stored that is not safe yet; undefined when all are. */
  readonly oldestUnsafe: string | undefined;
}

/** @param start where the log begins when nothing has come in yet */
export function createResumePoint(start: Checkpoint): ResumePoint {
  let pieces: TrackedPiece[] = start.known.map((mark) => ({ ...mark, state: 'safe' }));
  /** Pieces forgotten: the number of `pieces[0]` among all that came in. */
  let forgotten = 0;
  /** Of `pieces`: how many there are before the first that is not safe. */
  let safeCount = pieces.length;
  let newest = newestOf(pieces);
  let newestForgotten = '';
  let expected = new Map<string, number>();
  let newestExpected = '';
  let newerPieces = 0;
  /** Of the pieces that a rewind has left out, the time of the oldest, until pieces of that time come in. */
  let owed: string | undefined;
  let reopening: readonly PieceMark[] = [];
  /** Of those: how many lie before the position. */
  let countBefore = 0;
  /** Pieces after the first that is not safe of which nothing is sent. */
  let droppedCount = 0;
  let isPinned = false;
  let version = 0;
  /** Oldest first; `count` pieces had come in. The first one is the newest of which all pieces are safe. */
  let positions: { readonly position: FilePosition; readonly count: number }[] =
    start.position === undefined ? [] : [{ position: start.position, count: 0 }];

  const forget = (count: number): void => {
    for (const { timestamp } of pieces.slice(0, count)) if (timestamp > newestForgotten) newestForgotten = timestamp;
    pieces.splice(0, count);
    forgotten += count;
    safeCount -= count;
  };
  const advance = (): void => {
    for (let next = pieces[safeCount]; next !== undefined; next = pieces[safeCount]) {
      if (!isDone(next)) break;
      if (next.state === 'dropped') droppedCount--;
      safeCount++;
    }
    if (droppedCount >= DROPPED_MEMORY && !isPinned) forgetDropped();
    const spare = safeCount - MEMORY;
    if (spare >= MEMORY && !isPinned) forget(spare);
    while ((positions[1]?.count ?? Number.POSITIVE_INFINITY) <= forgotten + safeCount) positions.shift();
  };
  /** Leaves out what nothing is sent of: a receiver that is away must not cost memory for it. */
  const forgetDropped = (): void => {
    const kept = pieces.slice(0, safeCount);
    const moved: typeof positions = [];
    let seen = safeCount;
    const keepUpTo = (end: number): void => {
      for (; seen < end; seen++) {
        const piece = pieces[seen];
        if (piece !== undefined && piece.state !== 'dropped') kept.push(piece);
      }
    };
    for (const { position, count } of positions) {
      keepUpTo(count - forgotten);
      const left = Math.min(count, forgotten + kept.length);
      if (moved.at(-1)?.count === left) moved.pop();
      moved.push({ position, count: left });
    }
    keepUpTo(pieces.length);
    pieces = kept;
    positions = moved;
    droppedCount = 0;
  };
  /** @param needed the time of the oldest piece that must come again */
  const since = (needed: string | undefined): string | undefined => {
    if (newestForgotten === '') return start.since;
    if (needed !== undefined && needed <= newestForgotten) return renderSince(parseTimestamp(needed) ?? 0n);
    const timeNano = parseTimestamp(newestForgotten) ?? 0n;
    return renderSince(newestForgotten < newest ? timeNano + 1n : timeNano);
  };

  return {
    arrive(mark) {
      const piece: TrackedPiece = { timestamp: mark.timestamp, print: mark.print, state: 'held' };
      pieces.push(piece);
      if (piece.timestamp > newest) newest = piece.timestamp;
      if (owed !== undefined && piece.timestamp >= owed) owed = undefined;
      return piece;
    },
    queue(queued) {
      for (const piece of queued) piece.state = 'queued';
    },
    secure(safe) {
      version++;
      for (const piece of safe) piece.state = 'safe';
      advance();
    },
    drop(dropped) {
      version++;
      for (const piece of dropped) piece.state = 'dropped';
      droppedCount += dropped.length;
      advance();
    },
    note(position) {
      const count = forgotten + pieces.length;
      if (positions.at(-1)?.count === count) positions.pop();
      positions.push({ position, count });
      version++;
      advance();
    },
    rewind() {
      const firstHeld = pieces.findIndex(({ state }) => state === 'held');
      if (firstHeld < 0) return;
      owed = oldestOf(
        pieces.filter(({ state }) => state === 'held'),
        owed,
      );
      pieces = pieces.filter(({ state }) => state !== 'held');
      positions = positions.filter(({ count }) => count <= forgotten + firstHeld);
    },
    pin() {
      isPinned = true;
    },
    unpin() {
      isPinned = false;
      advance();
    },
    get remembered() {
      return pieces.length;
    },
    reopen() {
      reopening = [...pieces];
      const last = positions.at(-1);
      countBefore = Math.max(0, (last?.count ?? 0) - forgotten);
      return { since: since(owed), position: last?.position };
    },
    opened(isExact) {
      expected = new Map();
      if (isExact) reopening = reopening.slice(countBefore);
      for (const piece of reopening) {
        const key = keyOf(piece);
        expected.set(key, (expected.get(key) ?? 0) + 1);
      }
      newestExpected = newestOf(reopening);
      newerPieces = 0;
      reopening = [];
    },
    isRepeated(mark) {
      if (expected.size === 0) return false;
      if (mark.timestamp > newestExpected && ++newerPieces > JITTER) expected.clear();
      const key = keyOf(mark);
      const left = expected.get(key);
      if (left === undefined) return false;
      if (left === 1) expected.delete(key);
      else expected.set(key, left - 1);
      return true;
    },
    checkpoint() {
      const needed = oldestOf(
        pieces.filter((piece) => !isDone(piece)),
        owed,
      );
      const known = pieces.filter(isDone).map(({ timestamp, print }) => ({ timestamp, print }));
      const first = positions[0];
      const isSafe = first !== undefined && first.count <= forgotten + safeCount;
      return { since: since(needed), known, ...(isSafe ? { position: first.position } : {}) };
    },
    get version() {
      return version;
    },
    get isOverdue() {
      return pieces.length > PATIENCE && pieces[safeCount]?.state === 'held';
    },
    get oldestUnsafe() {
      return pieces[safeCount]?.timestamp;
    },
  };
}

/** Whether it need not be read again. */
function isDone({ state }: TrackedPiece): boolean {
  return state === 'safe' || state === 'dropped';
}

/** The least time of these and `other`. */
function oldestOf(marks: readonly PieceMark[], other: string | undefined): string | undefined {
  return marks.reduce<string | undefined>(
    (oldest, { timestamp }) => (oldest === undefined || timestamp < oldest ? timestamp : oldest),
    other,
  );
}

function keyOf({ timestamp, print }: PieceMark): string {
  return `${timestamp} ${print}`;
}
