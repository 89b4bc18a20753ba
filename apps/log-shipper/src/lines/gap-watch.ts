import { parseTimestamp } from '@wharf/docker-watcher';
import type { PieceMark } from './log-line.ts';

/**
 * Tells when a log that is opened again has no longer what was read of it last: what came after that may be lost with
 * it. Times are those of pieces, as text.
 */
export interface GapWatch {
  /** A piece of that time need not be read again. */
  know(timestamp: string): void;
  /**
   * @param since where the log was opened, inclusive, `seconds.nanoseconds`
   * @param isExact it goes on right behind what was read
   */
  opened(since: string | undefined, isExact: boolean): void;
  came(timestamp: string, isRepeated: boolean): void;
}

/**
 * @param newest the time of the newest piece known; empty when there is none
 * @param onGap called at most once for each opening
 */
export function createGapWatch(newest: string, onGap: (lastKnown: string, first: string) => void): GapWatch {
  let known = newest;
  /** What the first piece is compared with; undefined when it tells nothing. */
  let expected: string | undefined;

  return {
    know(timestamp) {
      if (timestamp > known) known = timestamp;
    },
    opened(since, isExact) {
      expected = isExact || known === '' || isBefore(known, since) ? undefined : known;
    },
    came(timestamp, isRepeated) {
      if (expected === undefined) return;
      const lastKnown = expected;
      expected = undefined;
      // Sources are stored by several writers: an older piece that is new may come first.
      if (!isRepeated && timestamp > lastKnown) onGap(lastKnown, timestamp);
    },
  };
}

/** The time of the newest of these; empty when there is none. */
export function newestOf(marks: readonly PieceMark[]): string {
  return marks.reduce((newest, { timestamp }) => (timestamp > newest ? timestamp : newest), '');
}

function isBefore(timestamp: string, since: string | undefined): boolean {
  if (since === undefined) return false;
  const [seconds = '0', nanoseconds = ''] = since.split('.');
  return (parseTimestamp(timestamp) ?? 0n) < BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds.padEnd(9, '0'));
}
