import { constants } from 'node:os';

export interface SendBatchOptions {
  readonly count: number;
  /** Hands over the messages from `first` on: how many were taken, or the system's error number, negated. */
  readonly send: (first: number, count: number) => number;
  /** The system refuses this message, and this one only. */
  readonly onRefused: (i: number, errno: number) => void;
  /** The system takes no more for now: this message has to wait. */
  readonly onBusy: (i: number) => void;
}

const { EAGAIN, EINTR, ENOBUFS } = constants.errno;
const BUSY: ReadonlySet<number> = new Set([EAGAIN, EINTR, ENOBUFS]);

/**
 * Sends the messages 0 to `count` - 1. The system stops at a message that it cannot send, and says why only when asked
 * again from there (sendmmsg(2), "BUGS"): that one is given up and the rest goes on.
 */
export function sendBatch({ count, send, onRefused, onBusy }: SendBatchOptions): void {
  let first = 0;
  while (first < count) {
    const taken = send(first, count - first);
    if (taken > 0) {
      first += taken;
    } else if (taken === 0 || BUSY.has(-taken)) {
      for (; first < count; first++) onBusy(first);
    } else {
      onRefused(first, -taken);
      first++;
    }
  }
}
