import { setImmediate as afterPoll } from 'node:timers/promises';
import { type Clock, sleep } from '@wharf/agent';
import type { TakenMessages } from '../queue/message-batch.ts';
import type { MessageQueue } from '../queue/message-queue.ts';
import type { ResendWindow } from '../queue/resend-window.ts';
import type { RouteMeter } from './route-meter.ts';
import type { StreamConnection } from './stream-connection.ts';

export interface TcpSession {
  readonly connection: StreamConnection;
  readonly queue: MessageQueue;
  /** Empty at the beginning, and at the end. */
  readonly window: ResendWindow;
  readonly clock: Clock;
  readonly meter: RouteMeter;
  /** Aborts when the session shall end as soon as the queue is empty. */
  readonly closing: AbortSignal;
  /** Aborts when the session shall end as soon as the receiver has what was written. */
  readonly leaving: AbortSignal;
}

/** How much is handed to the kernel at once. */
const WRITE_BYTES = 64 * 1024;
/** After a write of less than `SMALL_BYTES`, what comes within this time is written together: a write costs 15 microseconds. */
const GATHER_MS = 5;
const SMALL_BYTES = 16 * 1024;

/**
 * Writes what the queue holds, one write at a time, until the connection is lost, when closing until all is written and
 * read or old enough, or when leaving until the receiver has closed too.
 * A message is confirmed when it leaves the resend window; at a loss everything that has not is put back. Resolves to
 * the number of messages that were written and will be again.
 */
export async function runTcpSession(session: TcpSession): Promise<number> {
  const { connection, queue, window, clock, closing, leaving } = session;
  const expiry = scheduleExpiry(session);
  const wake = AbortSignal.any([connection.lost, closing, leaving]);
  let isDrained = false;
  let gatherUntilMs = Number.NEGATIVE_INFINITY;
  while (!connection.lost.aborted) {
    await queue.available(wake);
    const earlyMs = gatherUntilMs - clock.monotonicMs();
    if (earlyMs > 0) await sleep(clock, Math.ceil(earlyMs), wake);
    if (connection.lost.aborted) break;
    if (leaving.aborted) {
      isDrained = await connection.drain();
      break;
    }
    const batch = queue.takeBytes(WRITE_BYTES);
    if (batch.messages > 0) {
      if (!(await writeBatch(session, batch))) break;
      if (batch.bytes < SMALL_BYTES) gatherUntilMs = clock.monotonicMs() + GATHER_MS;
      expiry.update();
    } else if (closing.aborted) {
      isDrained = await settle(session);
      break;
    }
  }
  expiry.cancel();
  connection.destroy();
  const inDoubt = window.clear();
  if (isDrained) queue.confirm(inDoubt);
  queue.rewind();
  return isDrained ? 0 : inDoubt;
}

/**
 * Ends the connection; resolves to true when the receiver has read everything and closed too, or when nothing is in
 * doubt any more because of its age, to false when the connection is lost before.
 */
async function settle({ connection, queue, window, clock }: TcpSession): Promise<boolean> {
  let waitMs = window.nextExpiryMs(clock.monotonicMs());
  if (waitMs === undefined) {
    await connection.end();
    return true;
  }
  const answered = new AbortController();
  const drained = connection.drain().finally(() => answered.abort());
  while (waitMs !== undefined && !answered.signal.aborted) {
    await sleep(clock, Math.ceil(waitMs), answered.signal);
    const atMs = clock.monotonicMs();
    // What the event loop was held up from hearing comes first.
    await afterPoll();
    if (!answered.signal.aborted) queue.confirm(window.expire(atMs));
    waitMs = window.nextExpiryMs(clock.monotonicMs());
  }
  return waitMs === undefined || drained;
}

async function writeBatch(
  { connection, queue, window, clock, meter }: TcpSession,
  { chunks, messages, bytes }: TakenMessages,
): Promise<boolean> {
  const [first] = chunks;
  const isOne = chunks.length === 1 && first !== undefined;
  if (!(await connection.write(isOne ? first : Buffer.concat(chunks)))) return false;
  meter.sent(messages, bytes);
  queue.confirm(window.add(messages, bytes, clock.monotonicMs()));
  meter.queue(queue);
  return true;
}

/**
 * Confirms messages as they leave the window, with one timer for the oldest of them. When this process was held up, the
 * end of the connection may be older than the timer and not have been looked at: it is, before anything is confirmed.
 */
function scheduleExpiry({ connection, window, queue, clock, meter }: TcpSession): { update(): void; cancel(): void } {
  let cancelTimer: (() => void) | undefined;
  const expire = (atMs: number): void => {
    cancelTimer = undefined;
    if (connection.lost.aborted) return;
    queue.confirm(window.expire(atMs));
    meter.queue(queue);
    update();
  };
  const update = (): void => {
    if (cancelTimer !== undefined) return;
    const delayMs = window.nextExpiryMs(clock.monotonicMs());
    if (delayMs === undefined) return;
    cancelTimer = clock.schedule(Math.ceil(delayMs), () => {
      const atMs = clock.monotonicMs();
      // The event loop has heard of all that came before it comes to this.
      const polled = setImmediate(() => expire(atMs));
      cancelTimer = () => clearImmediate(polled);
    });
  };
  return {
    update,
    cancel() {
      cancelTimer?.();
      cancelTimer = undefined;
    },
  };
}
