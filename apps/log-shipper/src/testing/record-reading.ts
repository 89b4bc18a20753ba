import type { Container } from '@wharf/docker-watcher';
import type { LogPiece } from '../lines/log-line.ts';
import type { FilePosition, LogReader, Reading, ReadingEnd, ReadingStart } from '../sources/log-source.ts';

/** What came of a reading so far. */
export interface RecordedReading {
  readonly reading: Reading;
  /** Copied. */
  readonly pieces: readonly LogPiece[];
  /** The text of each piece; `...` behind a partial one. */
  readonly texts: readonly string[];
  readonly malformed: number;
  /** Undefined before the log is open. */
  readonly isExact: boolean | undefined;
  /** The newest one, and how many pieces came before it. */
  readonly position: { readonly position: FilePosition; readonly pieces: number } | undefined;
  /** All of them. */
  readonly positions: readonly { readonly position: FilePosition; readonly pieces: number }[];
  readonly end: ReadingEnd | undefined;
  /** Resolves to the end. */
  readonly ended: Promise<ReadingEnd>;
}

export function recordReading(
  reader: LogReader,
  container: Container,
  start: Partial<ReadingStart> = {},
  onPiece: (reading: Reading) => void = () => undefined,
): RecordedReading {
  const pieces: LogPiece[] = [];
  const texts: string[] = [];
  const positions: { position: FilePosition; pieces: number }[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<ReadingEnd>();
  let malformed = 0;
  let isExact: boolean | undefined;
  let end: ReadingEnd | undefined;
  const reading: Reading = reader.open(
    container,
    { sources: new Set(['stdout', 'stderr']), since: undefined, follow: true, ...start },
    {
      onOpen: (exact) => {
        isExact = exact;
      },
      onPiece(piece) {
        pieces.push({ ...piece, bytes: Buffer.from(piece.bytes) });
        texts.push(`${piece.bytes.toString('utf8')}${piece.partial ? '...' : ''}`);
        onPiece(reading);
      },
      onMalformed: () => malformed++,
      onPause: (position) => {
        if (position !== undefined) positions.push({ position, pieces: pieces.length });
      },
      onEnd(ending) {
        end = ending;
        resolve(ending);
      },
    },
  );
  return {
    reading,
    pieces,
    texts,
    positions,
    ended,
    get malformed() {
      return malformed;
    },
    get isExact() {
      return isExact;
    },
    get position() {
      return positions.at(-1);
    },
    get end() {
      return end;
    },
  };
}
