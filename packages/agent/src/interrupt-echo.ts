import type { Clock } from './clock.ts';

/**
 * Within this time, in milliseconds, a second SIGINT is the same Ctrl-C: the terminal sends it to all processes in the
 * foreground, and npm and its like, being among them, pass theirs on. People who mean it press again.
 */
const ECHO_MS = 1_000;

/** Returns a function that, called for every SIGINT, is true for those that only repeat the one before. */
export function createEchoFilter(clock: Pick<Clock, 'monotonicMs'>): () => boolean {
  let heardAtMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - heardAtMs < ECHO_MS) return true;
    heardAtMs = nowMs;
    return false;
  };
}
