import { createWaiters } from './waiters.ts';

/** Has a task done in the next turn of the event loop. */
export type NextTurn = (task: () => void) => void;

/** Those who wait for room, of which each may take much at once. */
export interface WaitingLine {
  /** Waits in line, though that be empty. */
  wait(signal: AbortSignal): Promise<void>;
  /**
   * Wakes who has waited longest and, in each turn of the event loop that follows, the next one, as long as there is
   * room: what one takes is known before the next is woken. Once there was none, this must be called again.
   */
  wake(): void;
}

export function createWaitingLine(hasRoom: () => boolean, nextTurn: NextTurn): WaitingLine {
  const waiters = createWaiters();
  let isGoingOn = false;

  const wakeNext = (): void => {
    isGoingOn = hasRoom() && waiters.wakeOne();
    if (isGoingOn) nextTurn(wakeNext);
  };
  const wake = (): void => {
    if (!isGoingOn) wakeNext();
  };
  return {
    wait(signal) {
      const woken = waiters.wait(signal);
      wake();
      return woken;
    },
    wake,
  };
}
