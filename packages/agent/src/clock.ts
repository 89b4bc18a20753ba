/**
 * Time as an argument. Everything that waits or measures takes a `Clock`, so that tests can move time by hand and a
 * jump of the wall clock never shortens or stretches a lease, a back-off or a deadline.
 */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970, for timestamps only: it may jump. */
  wallMs(): number;
  /** Milliseconds from an arbitrary start that never go backwards: for deadlines and durations. */
  monotonicMs(): number;
  /** Runs `task` once after `delayMs`; the function returned cancels it and may be called any number of times. */
  schedule(delayMs: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule(delayMs, task) {
    let timer: NodeJS.Timeout;
    const arm = (leftMs: number): void => {
      timer = leftMs > MAX_TIMER_MS ? setTimeout(arm, MAX_TIMER_MS, leftMs - MAX_TIMER_MS) : setTimeout(task, leftMs);
    };
    arm(delayMs);
    return () => clearTimeout(timer);
  },
};

/** The longest delay that `setTimeout` keeps, almost 25 days: it runs what is longer at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Resolves after `delayMs`, or at once when `signal` aborts: whoever waits looks at the signal afterwards. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const finish = (): void => {
      cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.schedule(delayMs, finish);
    signal?.addEventListener('abort', finish, { once: true });
  });
}
