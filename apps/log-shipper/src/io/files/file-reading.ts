import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@wharf/agent';
import { renderTimestamp } from '@wharf/docker-watcher';
import { createEntryParser } from '../../files/entry-parser.ts';
import { currentLogName } from '../../files/log-file-name.ts';
import { createSinceFilter } from '../../files/since-filter.ts';
import type { Reading, ReadingEnd, ReadingListener, ReadingStart } from '../../sources/log-source.ts';
import type { BufferPool } from './buffer-pool.ts';
import { createEntryReader } from './entry-reader.ts';
import { cursorAt, cursorAtStart, type FileCursor, positionOf } from './file-cursor.ts';
import { bytesBefore, findBeginning, findSame, parseSince, STEP_BACK_NANO } from './find-beginning.ts';
import { isGone, listLogFiles } from './list-log-files.ts';
import type { LogWatch } from './log-watch.ts';
import { openSuccessor } from './open-successor.ts';
import { createTailPace } from './tail-pace.ts';

export interface FileReadingContext {
  /** Of this container: `<folder of all>/<id>`. */
  readonly folder: string;
  readonly id: string;
  readonly clock: Clock;
  readonly watch: LogWatch;
  readonly buffers: BufferPool;
  readonly tailBuffer: Buffer;
}

const CLOSED: ReadingEnd = { kind: 'closed' };

/**
 * - `read`: there may be more.
 * - `end`: everything that is stored has been read.
 * - `gone`: and nothing will be stored any more.
 */
type Step = 'read' | 'end' | 'gone';

/**
 * Reads the log files of a container, from the one that `start` lies in to the one that is written to. A file that is
 * open is read to its end, whatever its name has become, before the next newer one.
 */
export function startFileReading(start: ReadingStart, listener: ReadingListener, context: FileReadingContext): Reading {
  const { folder, id, watch, tailBuffer } = context;
  const currentPath = join(folder, currentLogName(id));
  const since = start.since === undefined ? undefined : parseSince(start.since);
  let filter = createSinceFilter(undefined);
  let isPaused = false;
  let isClosed = false;
  let isFinishing = !start.follow;
  let goOn: (() => void) | undefined;
  let cursor: FileCursor | undefined;
  /** The file has another name by now, or none: what it holds is all that it will. */
  let isFinal = false;
  let hasRead = false;

  const onMalformed = (): void => {
    if (!isClosed) listener.onMalformed();
  };
  const parser = createEntryParser({
    takes: (source, timestamp) => filter.passes(timestamp) && start.sources.has(source) && !isClosed,
    onPiece: (piece) => listener.onPiece(piece),
    onMalformed,
  });
  const reader = createEntryReader(parser, context.buffers, tailBuffer, onMalformed);
  const pace = createTailPace(context.clock, (hint) => watch.watchFolder(folder, id, hint));

  const moveTo = (next: FileCursor | undefined, isFinalFile: boolean): void => {
    if (cursor !== undefined && cursor.file !== next?.file) cursor.file.close();
    cursor = next;
    isFinal = isFinalFile;
    reader.reset();
  };
  const noteProgress = (next: FileCursor): void => {
    if (cursor === undefined || next.offset === cursor.offset) return;
    cursor = next;
    hasRead = true;
    if (!isClosed) listener.onPause(reader.isSkipping ? undefined : positionOf(next));
  };

  const begin = async (): Promise<ReadingEnd | undefined> => {
    const beginning = await findBeginning(folder, id, start, since);
    if (beginning === undefined) return { kind: 'unreadable', reason: `there is no folder ${folder}` };
    const { place, isExact } = beginning;
    if (place !== undefined) moveTo(await cursorAt(place), place.file.isCompressed);
    if (since !== undefined && !isExact) {
      filter = createSinceFilter(renderTimestamp(since), renderTimestamp(since + STEP_BACK_NANO));
    }
    if (!isClosed) listener.onOpen(isExact);
    return undefined;
  };

  /** Whether a stat says that the name stands for another file than the one that is read. */
  const isCurrent = (current: FileCursor): boolean => {
    const stats = statSync(currentPath, { throwIfNoEntry: false });
    return stats?.ino === current.file.inode && stats.dev === current.file.device;
  };

  const moveOn = async (): Promise<Step> => {
    const successor = await openSuccessor(folder, id, cursor?.file);
    if (successor.kind !== 'next') return successor.kind === 'none' ? 'end' : 'gone';
    moveTo(cursorAtStart(successor.file), successor.file.isCompressed);
    return 'read';
  };

  /** The file was cut: read on in the copy that was made of it, if there is one; then, or else, from its start. */
  const findReplaced = async ({ file, offset, before }: FileCursor): Promise<void> => {
    const files = (await listLogFiles(folder, id)) ?? [];
    const others = files.filter(({ inode, device }) => inode !== file.inode || device !== file.device).toReversed();
    const isCopy = async (other: typeof file): Promise<boolean> => (await bytesBefore(other, offset)).equals(before);
    try {
      const place = await findSame(others, offset, isCopy);
      if (place === undefined) moveTo(cursorAtStart(file), false);
      else moveTo({ ...place, before }, true);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  };

  const finishFile = async (current: FileCursor): Promise<void> => {
    noteProgress(await reader.readRest(current));
    if (current.file.isDamaged) onMalformed();
  };

  const step = async (): Promise<Step> => {
    if (cursor === undefined) return moveOn();
    const { cursor: next, isEnd, isReplaced } = await reader.readOn(cursor);
    if (isReplaced) {
      await findReplaced(cursor);
      return 'read';
    }
    noteProgress(next);
    if (!isEnd) {
      pace.rest();
      return 'read';
    }
    if (isFinal) {
      await finishFile(next);
      return moveOn();
    }
    if (isCurrent(next)) return 'end';
    // Something may have been written between the read and the renaming.
    isFinal = true;
    return 'read';
  };

  const follow = async (): Promise<ReadingEnd> => {
    for (;;) {
      if (isClosed) return CLOSED;
      if (isPaused) {
        pace.rest();
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        continue;
      }
      const isLastRound = isFinishing;
      const came = await step();
      if (came === 'read') continue;
      filter.settle();
      if (isLastRound || came === 'gone') return CLOSED;
      await pace.wait(hasRead);
      hasRead = false;
    }
  };

  /** A second's look, for what no hint came for. */
  const look = (): void => {
    if (isPaused) return;
    const stats = statSync(currentPath, { throwIfNoEntry: false });
    const isKnown = stats !== undefined && stats.ino === cursor?.file.inode && stats.size === cursor.offset;
    if (!isKnown) pace.hint();
  };

  const run = async (): Promise<void> => {
    let end: ReadingEnd;
    let stopPolling = (): void => undefined;
    try {
      const failure = await begin();
      stopPolling = watch.poll(look);
      end = failure ?? (await follow());
    } catch (error) {
      end = toReadingEnd(error);
    } finally {
      stopPolling();
      pace.rest();
      moveTo(undefined, false);
    }
    if (!isClosed) listener.onEnd(end);
  };

  void run();
  return {
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
      goOn?.();
    },
    finish() {
      isFinishing = true;
      pace.wake();
    },
    close() {
      isClosed = true;
      goOn?.();
      pace.wake();
    },
  };
}

function toReadingEnd(error: unknown): ReadingEnd {
  const reason = error instanceof Error ? error.message : String(error);
  const isRefused = error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
  return { kind: isRefused ? 'unreadable' : 'broken', reason };
}
