/** What a chunk of a log that is being followed tells of its follower. */
export type Following =
  /** It keeps up. */
  | 'calm'
  /** It lags; nothing must be forgotten until it is known whether it has skipped something. */
  | 'late'
  /** It kept up again, but may have skipped something: the log is to be read once more. */
  | 'doubtful';

/**
 * Watches for what an engine's follower leaves out: one that lags by more than a whole file goes on with the newest, and
 * the files in between are not read, although a new request would have them. A follower cannot have done so while it
 * lagged for a shorter time than the engine needs to fill a file.
 */
export interface SkipWatch {
  /** A chunk has come at `wallMs`, its last piece was stored at `storedMs`; milliseconds since 1970. */
  chunk(storedMs: number, bytes: number, wallMs: number): Following;
  /** Nothing has come for a while. */
  silence(): Following;
}

/** A lag that is usual on a busy machine, in milliseconds. */
const USUAL_MS = 25;
/** The most that an engine stores of one container in a millisecond, in bytes. */
const FASTEST = 25_000;

/**
 * @param maxBytes when the engine begins another file
 * @param openedMs when the log was opened: what was stored before is read from whole files
 */
export function createSkipWatch(maxBytes: number, openedMs: number): SkipWatch {
  const doubtfulMs = Math.max(2 * USUAL_MS, maxBytes / FASTEST);
  let isLate = false;
  let isDoubtful = false;
  let wasFar = false;
  let lateBytes = 0;

  const settle = (): Following => {
    const following = isDoubtful && lateBytes >= maxBytes / 4 ? 'doubtful' : 'calm';
    isLate = false;
    isDoubtful = false;
    wasFar = false;
    lateBytes = 0;
    return following;
  };
  return {
    chunk(storedMs, bytes, wallMs) {
      const lagMs = wallMs - storedMs;
      const isFollowed = storedMs > openedMs;
      if (isFollowed && lagMs >= USUAL_MS) isLate = true;
      if (isFollowed && (lagMs >= doubtfulMs || wasFar)) isDoubtful = true;
      wasFar = lagMs >= doubtfulMs;
      if (isLate || wasFar) lateBytes += bytes;
      if (!isFollowed) return 'calm';
      return lagMs < USUAL_MS ? settle() : 'late';
    },
    silence: () => (isLate ? settle() : 'calm'),
  };
}
