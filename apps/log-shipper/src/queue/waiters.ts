/** Those who wait for one condition, in line; each is woken once, or when its signal aborts. */
export interface Waiters {
  wait(signal: AbortSignal): Promise<void>;
  wake(): void;
  /**
   * Wakes who has waited longest and, in each turn of the event loop that follows, the next one, as long as `mayGoOn`
   * says so: what one does is known before the next is woken. Once it has said no, this must be called again.
   */
  wakeInTurn(mayGoOn: () => boolean): void;
  /** Waits in line, though that be empty, and wakes in turn. */
  waitInTurn(signal: AbortSignal, mayGoOn: () => boolean): Promise<void>;
}

export function createWaiters(): Waiters {
  const waiters = new Set<() => void>();
  let isGoingOn = false;

  const wakeNext = (mayGoOn: () => boolean): void => {
    const [next] = waiters;
    isGoingOn = next !== undefined && mayGoOn();
    if (!isGoingOn) return;
    next?.();
    setImmediate(wakeNext, mayGoOn);
  };
  const wakeInTurn = (mayGoOn: () => boolean): void => {
    if (!isGoingOn) wakeNext(mayGoOn);
  };
  const wait = (signal: AbortSignal): Promise<void> =>
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
    });

  return {
    wait,
    wake() {
      for (const finish of waiters) finish();
    },
    wakeInTurn,
    waitInTurn(signal, mayGoOn) {
      const woken = wait(signal);
      wakeInTurn(mayGoOn);
      return woken;
    },
  };
}
