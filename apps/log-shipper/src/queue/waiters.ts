/** Those who wait for one condition, in the order they came; each is woken once, or when its signal aborts. */
export interface Waiters {
  wait(signal: AbortSignal): Promise<void>;
  wake(): void;
  /** Wakes who has waited longest; false when nobody waits. */
  wakeOne(): boolean;
}

export function createWaiters(): Waiters {
  const waiters = new Set<() => void>();
  return {
    wait: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const finish = (): void => {
          waiters.delete(finish);
          signal.removeEventListener('abort', finish);
          resolve();
        };
        waiters.add(finish);
        signal.addEventListener('abort', finish, { once: true });
      }),
    wake() {
      for (const finish of waiters) finish();
    },
    wakeOne() {
      const [next] = waiters;
      next?.();
      return next !== undefined;
    },
  };
}
