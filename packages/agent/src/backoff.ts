/** How delays between attempts grow. */
export interface BackoffPolicy {
  /** Upper bound of the first delay, in milliseconds. */
  readonly baseMs: number;
  /** Upper bound of every delay, in milliseconds. */
  readonly capMs: number;
}

/** What every connection to a store, an engine or a log receiver uses unless told otherwise. */
export const defaultBackoff: BackoffPolicy = { baseMs: 100, capMs: 10_000 };

/**
 * The delay before attempt number `attempt` (0 is the first repetition): doubling up to the cap, the upper half of it
 * random, so that a thousand agents that lost the same etcd do not come back in the same millisecond.
 * @param random a number in [0, 1), such as `Math.random`
 */
export function backoffDelayMs(attempt: number, policy: BackoffPolicy, random: () => number): number {
  const ceilingMs = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(attempt, 30));
  return ceilingMs / 2 + (ceilingMs / 2) * random();
}
