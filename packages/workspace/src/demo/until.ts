import { setTimeout as delay } from 'node:timers/promises';

/** How long the demo waits for anything that should take milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * Repeats `attempt` until `isRight` accepts what it resolves to, and resolves to that.
 * @throws Error saying what was last seen when it takes too long; the signal's reason when it aborts
 */
export async function until<T>(
  what: string,
  signal: AbortSignal,
  attempt: () => Promise<T>,
  isRight: (seen: T) => boolean,
): Promise<T> {
  const startedAtMs = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const seen = await attempt();
    if (isRight(seen)) return seen;
    if (performance.now() - startedAtMs > PATIENCE_MS) {
      throw new Error(`${what}: not within ${PATIENCE_MS / 1_000} s; last seen: ${JSON.stringify(seen)}`);
    }
    await delay(1);
  }
}
