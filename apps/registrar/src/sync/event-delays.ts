/** How many keys may wait for the registry and be timed; while more wait, the newest are not. */
const MAX_WAITING = 10_000;

/** How long it takes from what happened in the engine to what is registered. */
export interface EventDelays {
  /** @param eventNano by the engine's clock, nanoseconds since 1970; 0 when it told none */
  begin(keys: Iterable<string>, eventNano: bigint): void;
  /**
   * The key was written or removed.
   * @param wallMs by this host's clock
   * @returns seconds; undefined for a key that no event changed, and where the two clocks contradict each other
   */
  end(key: string, wallMs: number): number | undefined;
  /** Everything is as it should be: whatever still waits, such as a key that somebody else has, waits for nothing. */
  clear(): void;
}

export function createEventDelays(): EventDelays {
  const waiting = new Map<string, bigint>();
  return {
    begin(keys, eventNano) {
      if (eventNano === 0n) return;
      for (const key of keys) if (waiting.has(key) || waiting.size < MAX_WAITING) waiting.set(key, eventNano);
    },
    end(key, wallMs) {
      const eventNano = waiting.get(key);
      waiting.delete(key);
      if (eventNano === undefined) return undefined;
      // Microseconds since 1970 are exact as a number, nanoseconds are not.
      const delayMs = wallMs - Number(eventNano / 1000n) / 1000;
      return delayMs < 0 ? undefined : delayMs / 1000;
    },
    clear: () => waiting.clear(),
  };
}
