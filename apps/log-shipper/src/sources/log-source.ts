import type { Container } from '@wharf/docker-watcher';
import type { LogPiece, LogSource } from '../lines/log-line.ts';

/** How far a log file was read; an engine that rotates renames the file, so the inode tells which one it is. */
export interface FilePosition {
  readonly device: number;
  readonly inode: number;
  /** In bytes, of what is uncompressed; always behind a whole entry. */
  readonly offset: number;
  /** Of the bytes just before `offset`: an inode is used again for another file, and a file may be cut and grow again. */
  readonly print: number;
}

/** Where a reading begins. */
export interface ReadingStart {
  readonly sources: ReadonlySet<LogSource>;
  /** Inclusive, `seconds.nanoseconds`; undefined for everything the engine has kept. */
  readonly since: string | undefined;
  /** How many of the newest entries to begin with; undefined for all. */
  readonly tail?: number;
  /** Where files were read to; a source that does not read files, or does not find it any more, goes by `since`. */
  readonly position?: FilePosition | undefined;
  /** The log goes on until the container ends; otherwise it ends with what is stored now. */
  readonly follow: boolean;
}

/** Nothing is called before `open` has returned. */
export interface ReadingListener {
  /**
   * The log is being read from here on.
   * @param isExact everything from `position` on, and nothing twice: pieces need not be compared with those known
   */
  onOpen(isExact: boolean): void;
  onPiece(piece: LogPiece): void;
  /** An entry without the time that was asked for, or that is no entry at all; it is left out. */
  onMalformed(): void;
  /** The pieces so far were all that could be had at once. `position`, from a source that reads files, is behind the last. */
  onPause(position?: FilePosition): void;
  /** Called exactly once, last, unless the reading was closed. */
  onEnd(end: ReadingEnd): void;
}

/** How a reading came to its end. */
export type ReadingEnd =
  /** In good order: the container has ended, or the engine is about to; or all is read that was stored. */
  | { readonly kind: 'closed' }
  /** Cut, refused, or not understood. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** There is no such container, or nothing of it can be read. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** A log that is being read. */
export interface Reading {
  /** At most the pieces of the current chunk still come; nothing more is taken from the source until `resume`. */
  pause(): void;
  resume(): void;
  /**
   * The container has ended: the reading ends when all that is stored has been read. A source that learns of the end
   * by itself, as an engine's stream does, has none.
   */
  finish?(): void;
  /** Nothing is called any more. */
  close(): void;
}

/** Where logs come from: the engine's API, or its files. */
export interface LogReader {
  /** What it reads of a log that is rotated fast may have gaps, which another reading does not have. */
  readonly maySkip: boolean;
  open(container: Container, start: ReadingStart, listener: ReadingListener): Reading;
}
