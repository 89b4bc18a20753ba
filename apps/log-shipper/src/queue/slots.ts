import { createWaiters } from './waiters.ts';

/** A number of places for which any number of tasks wait in line. */
export interface Slots {
  /** Resolves to true with a place, which is to be given back; to false without one when `signal` aborts. */
  take(signal: AbortSignal): Promise<boolean>;
  giveBack(): void;
}

/** @param count 1 or more */
export function createSlots(count: number): Slots {
  const line = createWaiters();
  let taken = 0;
  const isFree = (): boolean => taken < count;

  return {
    async take(signal) {
      while (!isFree() && !signal.aborted) await line.wait(signal);
      if (signal.aborted) return false;
      taken++;
      return true;
    },
    giveBack() {
      taken--;
      line.wakeOne();
    },
  };
}
