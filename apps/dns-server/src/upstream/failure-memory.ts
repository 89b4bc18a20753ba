import type { Clock } from '@wharf/agent';
import type { ExtendedError } from '@wharf/dns-wire';

/** RFC 9520, section 3.2, wants 1 s at least, and 5 minutes at most. */
export const FAILURE_MEMORY_MS = 5_000;

const MAX_FAILURES = 10_000;

/**
 * What was asked lately without an answer, so that servers which are away are not asked the same again and again, and not
 * everybody who asks waits as long as the first (RFC 9520).
 */
export interface FailureMemory {
  get(key: string): ExtendedError | undefined;
  /** Remembers it for 5 s; when there is too much to remember, the oldest is forgotten. */
  put(key: string, error: ExtendedError): void;
  clear(): void;
}

export function createFailureMemory(clock: Clock): FailureMemory {
  /** The oldest first. */
  const failures = new Map<string, { readonly endsMs: number; readonly error: ExtendedError }>();
  return {
    get(key) {
      const failure = failures.get(key);
      if (failure === undefined || clock.monotonicMs() < failure.endsMs) return failure?.error;
      failures.delete(key);
      return undefined;
    },
    put(key, error) {
      failures.delete(key);
      failures.set(key, { endsMs: clock.monotonicMs() + FAILURE_MEMORY_MS, error });
      const [oldest = key] = failures.keys();
      if (failures.size > MAX_FAILURES) failures.delete(oldest);
    },
    clear: () => failures.clear(),
  };
}
