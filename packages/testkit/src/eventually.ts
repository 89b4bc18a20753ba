import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Milliseconds before it gives up; 30 s when absent: far more than a state takes to come, on a busy machine too. */
  readonly timeoutMs?: number;
  /** Milliseconds between two looks; 10 when absent. */
  readonly intervalMs?: number;
}

/**
 * Calls `check` until it returns without throwing, and resolves to what it returned: waiting for a state, never for a
 * time.
 * @throws the last error of `check`, with `what` in front, when the time is up
 */
export async function eventually<T>(
  what: string,
  check: () => T | Promise<T>,
  options: EventuallyOptions = {},
): Promise<T> {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const startedAt = performance.now();
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() - startedAt >= timeoutMs) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`${what}: not within ${timeoutMs} ms: ${reason}`, { cause: error });
      }
    }
    await delay(options.intervalMs ?? 10);
  }
}
