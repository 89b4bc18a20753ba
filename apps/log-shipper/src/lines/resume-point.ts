import { parseTimestamp, renderSince } from '@wharf/docker-watcher';
import type { LogPiece } from './log-line.ts';

/** How many of the newest pieces are remembered of each stream. */
const MEMORY = 128;

/**
 * Where a stream that was cut is taken up again, and what of it is known already.
 *
 * The two sources of a container are stored by two writers, so times may step back by a little, and several pieces may
 * have the same time. Therefore the newest pieces are remembered, the stream is opened again just after the time of
 * the last one forgotten, and what comes again is told by time and fingerprint, never by counting.
 */
export interface ResumePoint {
  /** The piece has been taken: it will be left out when it comes again. */
  record(piece: LogPiece): void;
  /** For a log request, inclusive: `seconds.nanoseconds`; undefined means from the first entry. */
  since(): string | undefined;
  /** The stream is being opened again at `since()`. */
  reopen(): void;
  /** True for a piece that was taken before the stream was opened again; each one is recognised once. */
  isRepeated(piece: LogPiece): boolean;
}

/** @param initialSince where the stream begins when nothing has been taken yet */
export function createResumePoint(initialSince: string | undefined): ResumePoint {
  const times: string[] = Array.from({ length: MEMORY }, () => '');
  const prints = new Uint32Array(MEMORY);
  let recorded = 0;
  let newest = '';
  let newestForgotten = '';
  let expected = new Map<string, number>();

  return {
    record(piece) {
      const slot = recorded % MEMORY;
      const forgotten = times[slot] ?? '';
      if (forgotten > newestForgotten) newestForgotten = forgotten;
      times[slot] = piece.timestamp;
      prints[slot] = fingerprint(piece);
      recorded++;
      if (piece.timestamp > newest) newest = piece.timestamp;
    },
    since() {
      if (newestForgotten === '') return initialSince;
      const timeNano = parseTimestamp(newestForgotten) ?? 0n;
      return renderSince(newestForgotten < newest ? timeNano + 1n : timeNano);
    },
    reopen() {
      expected = new Map();
      for (let slot = 0; slot < Math.min(recorded, MEMORY); slot++) {
        const key = `${times[slot]} ${prints[slot]}`;
        expected.set(key, (expected.get(key) ?? 0) + 1);
      }
    },
    isRepeated(piece) {
      if (expected.size === 0) return false;
      const key = `${piece.timestamp} ${fingerprint(piece)}`;
      const left = expected.get(key);
      if (left === undefined) return false;
      if (left === 1) expected.delete(key);
      else expected.set(key, left - 1);
      return true;
    },
  };
}

/** How much of a piece the fingerprint looks at: with the time to the nanosecond and the length, enough to tell two apart. */
const PRINTED_BYTES = 256;

/** FNV-1a of source, length, end and the first bytes. */
function fingerprint({ source, partial, bytes }: LogPiece): number {
  let hash = mix(0x811c9dc5, (source === 'stdout' ? 1 : 2) + (partial ? 4 : 0));
  hash = mix(mix(hash, bytes.length & 0xff), bytes.length >>> 8);
  const end = Math.min(bytes.length, PRINTED_BYTES);
  for (let at = 0; at < end; at++) hash = mix(hash, bytes[at] ?? 0);
  return hash >>> 0;
}

function mix(hash: number, value: number): number {
  return Math.imul(hash ^ value, 0x01000193);
}
