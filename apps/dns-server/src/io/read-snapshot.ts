import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SnapshotError, type SnapshotErrorCode } from '../snapshot/snapshot-error.ts';
import {
  headerProblem,
  parseLine,
  renderChecksum,
  type SnapshotLine,
  type SnapshotMoment,
  type SnapshotOrigin,
} from '../snapshot/snapshot-format.ts';
import { MAX_SNAPSHOT_LINE_OCTETS, MAX_SNAPSHOT_OCTETS } from '../snapshot/snapshot-limits.ts';

/** Read between two turns of the event loop: some milliseconds' work. */
const CHUNK_OCTETS = 64 * 1_024;
const NEWLINE = 0x0a;
const WRITABLE_BY_OTHERS = 0o022;

export interface ReadSnapshotOptions {
  readonly origin: SnapshotOrigin;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** A snapshot whose records were current longer ago is refused. One from the future is not: clocks are set. */
  readonly maxAgeMs: number;
  /** Told of each line as it comes. What it is told counts only if the reading ends well. */
  readonly onLine: (line: Exclude<SnapshotLine, { readonly type: 'end' }>) => void;
  readonly signal: AbortSignal;
}

/**
 * Reads a snapshot, a chunk between two turns of the event loop.
 * @returns when its records were current, once the whole file has turned out to be as it was written
 * @throws SnapshotError
 */
export async function readSnapshot(file: string, options: ReadSnapshotOptions): Promise<SnapshotMoment> {
  const refuse = (code: SnapshotErrorCode, reason: string): SnapshotError =>
    new SnapshotError(code, `the snapshot ${file} ${reason}`);
  let handle: FileHandle;
  try {
    // A pipe in its place would hold up whoever opens it.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (!isMissing(error)) throw refuse('unreadable', `cannot be read: ${String(error)}`);
    if (await exists(dirname(file))) throw refuse('missing', 'is not there');
    throw refuse('no-folder', 'is not there, and neither is its folder');
  }
  try {
    await checkFile(handle, refuse);
    const moment = await readLines(handle, options, refuse);
    if (options.nowMs - moment.currentMs > options.maxAgeMs) {
      throw refuse('too-old', `is of ${new Date(moment.currentMs).toISOString()}, older than -snapshot-max-age`);
    }
    return moment;
  } catch (error) {
    throw error instanceof SnapshotError ? error : refuse('unreadable', `cannot be read: ${String(error)}`);
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** @returns true also when nobody can tell */
function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => !isMissing(error),
  );
}

type Refuse = (code: SnapshotErrorCode, reason: string) => SnapshotError;

/** Whoever can write the file decides what is answered. */
async function checkFile(handle: FileHandle, refuse: Refuse): Promise<void> {
  const stats = await handle.stat();
  if (!stats.isFile()) throw refuse('unsafe', 'is no file');
  if (stats.uid !== 0 && stats.uid !== process.geteuid?.()) throw refuse('unsafe', 'belongs to another user');
  if ((stats.mode & WRITABLE_BY_OTHERS) !== 0) throw refuse('unsafe', 'can be written by others: chmod 600');
  if (stats.size > MAX_SNAPSHOT_OCTETS) throw refuse('too-large', `has more than ${MAX_SNAPSHOT_OCTETS} octets`);
}

async function readLines(handle: FileHandle, options: ReadSnapshotOptions, refuse: Refuse): Promise<SnapshotMoment> {
  const reader = createLineReader(options, refuse);
  await splitLines(handle, (line) => reader.take(line), options.signal, refuse);
  if (reader.moment === undefined) throw refuse('malformed', 'is not whole: its end is missing');
  return reader.moment;
}

interface LineReader {
  /** Undefined until the whole file has been there and its checksum is right. */
  readonly moment: SnapshotMoment | undefined;
  /** @param bytes a line with its newline */
  take(bytes: Buffer): void;
}

function createLineReader({ origin, onLine }: ReadSnapshotOptions, refuse: Refuse): LineReader {
  const hash = createHash('sha256');
  let number = 0;
  let end: SnapshotMoment | undefined;
  let isWhole = false;

  const takeEntry = (text: string): void => {
    const line = parseLine(text);
    if (line === undefined) throw refuse('malformed', `is damaged: line ${number} cannot be read`);
    if (line.type === 'end') end = line.moment;
    else onLine(line);
  };

  return {
    get moment() {
      return isWhole ? end : undefined;
    },
    take(bytes) {
      number++;
      const text = bytes.toString('utf8', 0, bytes.length - 1);
      if (isWhole) throw refuse('malformed', 'is damaged: it goes on behind its end');
      if (end !== undefined) {
        if (text !== renderChecksum(hash.digest('hex'))) throw refuse('malformed', 'is damaged: its checksum is wrong');
        isWhole = true;
        return;
      }
      hash.update(bytes);
      if (number > 1) {
        takeEntry(text);
        return;
      }
      const problem = headerProblem(text, origin);
      if (problem !== undefined) throw refuse(problem.code, problem.message);
    },
  };
}

/** Calls `take` with each line, its newline included. */
async function splitLines(
  handle: FileHandle,
  take: (line: Buffer) => void,
  signal: AbortSignal,
  refuse: Refuse,
): Promise<void> {
  let rest = Buffer.alloc(0);
  let octets = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_OCTETS), 0, CHUNK_OCTETS);
    if (signal.aborted) throw refuse('stopped', 'is not needed any more');
    if (bytesRead === 0) break;
    octets += bytesRead;
    if (octets > MAX_SNAPSHOT_OCTETS) throw refuse('too-large', `has more than ${MAX_SNAPSHOT_OCTETS} octets`);
    let text = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    for (let end = text.indexOf(NEWLINE, rest.length); end !== -1; end = text.indexOf(NEWLINE)) {
      take(text.subarray(0, end + 1));
      text = text.subarray(end + 1);
      rest = Buffer.alloc(0);
    }
    rest = text;
    if (rest.length > MAX_SNAPSHOT_LINE_OCTETS) throw refuse('malformed', 'is damaged: it has a line without end');
  }
  if (rest.length > 0) throw refuse('malformed', 'is not whole: it ends within a line');
}
