/** How often a connection may be moved: a name whose every answer is another part of its addresses must not chase it about. */
export interface MovePace {
  /** When the next move may be, at the earliest. */
  readonly allowedAtMs: number;
  moved(nowMs: number): void;
}

const FIRST_HOLD_MS = 1_000;
const LONGEST_HOLD_MS = 60_000;
/** After so long without a move, the next one counts as the first again. */
const QUIET_MS = 300_000;

/** The first move may be at once; each one keeps the next away twice as long as the one before did. */
export function createMovePace(): MovePace {
  let movedAtMs = Number.NEGATIVE_INFINITY;
  let holdMs = 0;
  return {
    get allowedAtMs() {
      return movedAtMs + holdMs;
    },
    moved(nowMs) {
      const isFirst = holdMs === 0 || nowMs - movedAtMs >= QUIET_MS;
      holdMs = isFirst ? FIRST_HOLD_MS : Math.min(LONGEST_HOLD_MS, holdMs * 2);
      movedAtMs = nowMs;
    },
  };
}
