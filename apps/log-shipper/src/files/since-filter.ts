/** Leaves out the entries before a time. */
export interface SinceFilter {
  /** @param timestamp in the form of `PieceMark.timestamp` */
  passes(timestamp: string): boolean;
  /** What was stored has been read: from here on everything is new, even when the clock was set back. */
  settle(): void;
}

/**
 * @param first the first time that passes; undefined for all
 * @param settled the first time by which what follows is new, whatever its time
 */
export function createSinceFilter(first: string | undefined, settled = ''): SinceFilter {
  let isSettled = first === undefined;
  return {
    passes(timestamp) {
      if (isSettled || first === undefined) return true;
      if (timestamp >= settled) isSettled = true;
      return timestamp >= first;
    },
    settle() {
      isSettled = true;
    },
  };
}
