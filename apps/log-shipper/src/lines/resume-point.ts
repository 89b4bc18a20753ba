import { parseTimestamp, renderSince } from '@wharf/docker-watcher';
import type { FilePosition } from '../sources/log-source.ts';
import type { PieceMark } from './log-line.ts';

/** How many pieces before the oldest unsafe one are remembered. */
const MEMORY = 128;
/** How many pieces newer than all those known may come before one that is known. */
const JITTER = 4_096;
/** How many pieces may come in while one is held; after that it is no longer read again when the log is. */
const PATIENCE = 65_536;

/** A piece that came in, from then until it is forgotten. */
export interface TrackedPiece extends PieceMark {
  /** Only what this module knows of it. */
  state: 'held' | 'queued' | 'safe';
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
  /** Messages of these pieces are queued, or nothing shall be sent of them. */
  queue(pieces: readonly TrackedPiece[]): void;
  /** These pieces need not be read again. */
  secure(pieces: readonly TrackedPiece[]): void;
  /** All pieces that came in lie before `position` of a log file. */
  note(position: FilePosition): void;
  /** The reading is over: pieces neither queued nor safe will come again. */
  rewind(): void;
  /** The log is about to be opened again, there. What is forgotten from now on will be recognised all the same. */
  reopen(): ReopenAt;
  /** It is open, there or a little before. */
  opened(): void;
  /** True for a piece that is queued or safe already; each one is recognised once. */
  isRepeated(mark: PieceMark): boolean;
  checkpoint(): Checkpoint;
  /** Changes whenever the checkpoint may have. */
  readonly version: number;
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
  let reopening: readonly PieceMark[] = [];
  let version = 0;
  /** Oldest first; `count` pieces had come in. The first one is the newest of which all pieces are safe. */
  let positions: { readonly position: FilePosition; readonly count: number }[] =
    start.position === undefined ? [] : [{ position: start.position, count: safeCount }];

  const forget = (count: number): void => {
    for (const { timestamp } of pieces.slice(0, count)) if (timestamp > newestForgotten) newestForgotten = timestamp;
    pieces.splice(0, count);
    forgotten += count;
    safeCount -= count;
  };
  const advance = (): void => {
    for (let next = pieces[safeCount]; next !== undefined; next = pieces[safeCount]) {
      if (next.state === 'held' && pieces.length > PATIENCE) next.state = 'safe';
      if (next.state !== 'safe') break;
      safeCount++;
    }
    const spare = safeCount - MEMORY;
    if (spare >= MEMORY) forget(spare);
    while ((positions[1]?.count ?? Number.POSITIVE_INFINITY) <= forgotten + safeCount) positions.shift();
  };
  const since = (): string | undefined => {
    if (newestForgotten === '') return start.since;
    const timeNano = parseTimestamp(newestForgotten) ?? 0n;
    return renderSince(newestForgotten < newest ? timeNano + 1n : timeNano);
  };

  return {
    arrive(mark) {
      const piece: TrackedPiece = { timestamp: mark.timestamp, print: mark.print, state: 'held' };
      pieces.push(piece);
      if (piece.timestamp > newest) newest = piece.timestamp;
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
      pieces = pieces.filter(({ state }) => state !== 'held');
      positions = positions.filter(({ count }) => count <= forgotten + firstHeld);
    },
    reopen() {
      reopening = [...pieces];
      return { since: since(), position: positions.at(-1)?.position };
    },
    opened() {
      expected = new Map();
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
      const known = pieces
        .filter(({ state }) => state === 'safe')
        .map(({ timestamp, print }) => ({ timestamp, print }));
      const first = positions[0];
      const isSafe = first !== undefined && first.count <= forgotten + safeCount;
      return { since: since(), known, ...(isSafe ? { position: first.position } : {}) };
    },
    get version() {
      return version;
    },
    get oldestUnsafe() {
      return pieces[safeCount]?.timestamp;
    },
  };
}

function keyOf({ timestamp, print }: PieceMark): string {
  return `${timestamp} ${print}`;
}

function newestOf(marks: readonly PieceMark[]): string {
  return marks.reduce((newest, { timestamp }) => (timestamp > newest ? timestamp : newest), '');
}
