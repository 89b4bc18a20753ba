import type { Clock } from '@wharf/agent';
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
}

/** How much is handed to the kernel at once. */
const WRITE_BYTES = 64 * 1024;

/**
 * Writes what the queue holds, one write at a time, until the connection is lost or, when closing, all is written.
 * A message is confirmed when it leaves the resend window; at a loss everything that has not is put back. Resolves to
 * the number of messages that were written and will be again.
 */
export async function runTcpSession(session: TcpSession): Promise<number> {
  const { connection, queue, window, closing } = session;
  const expiry = scheduleExpiry(session);
  const wake = AbortSignal.any([connection.lost, closing]);
  let isDrained = false;
  while (!isDrained && !connection.lost.aborted) {
    await queue.available(wake);
    if (connection.lost.aborted) break;
    const batch = queue.takeBytes(WRITE_BYTES);
    if (batch.messages > 0) {
      if (!(await writeBatch(session, batch))) break;
      expiry.update();
    } else if (closing.aborted) {
      await connection.end();
      isDrained = true;
    }
  }
  expiry.cancel();
  connection.destroy();
  const inDoubt = window.clear();
  if (isDrained) queue.confirm(inDoubt);
  queue.rewind();
  return isDrained ? 0 : inDoubt;
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

/** Confirms messages as they leave the window, with one timer for the oldest of them. */
function scheduleExpiry({ window, queue, clock, meter }: TcpSession): { update(): void; cancel(): void } {
  let cancelTimer: (() => void) | undefined;
  const update = (): void => {
    if (cancelTimer !== undefined) return;
    const delayMs = window.nextExpiryMs(clock.monotonicMs());
    if (delayMs === undefined) return;
    cancelTimer = clock.schedule(Math.ceil(delayMs), () => {
      cancelTimer = undefined;
      queue.confirm(window.expire(clock.monotonicMs()));
      meter.queue(queue);
      update();
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
