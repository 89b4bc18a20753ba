import type { Clock } from '@wharf/agent';
import type { DeliveryLimits } from '../http-sinks/delivery.ts';
import type { MessageQueue } from '../queue/message-queue.ts';

export interface CollectLimits extends DeliveryLimits {
  /** How long the first message waits for others. */
  readonly lingerMs: number;
}

/**
 * Takes messages for one request: waits for a first one, then until there are enough, the time is up, or nothing more can come
 * because the queue is full. When `closing` aborts, it takes what there is; none means that nothing is left.
 */
export async function collectMessages(
  queue: MessageQueue,
  { messages, bytes, lingerMs }: CollectLimits,
  clock: Clock,
  closing: AbortSignal,
): Promise<readonly Buffer[]> {
  await queue.available(closing);
  const over = new AbortController();
  const end = (): void => over.abort();
  const cancelTimer = clock.schedule(lingerMs, end);
  closing.addEventListener('abort', end, { once: true });
  if (closing.aborted) end();
  const collected: Buffer[] = [];
  let bytesLeft = bytes;
  for (;;) {
    for (const message of queue.take(bytesLeft, messages - collected.length)) {
      collected.push(message);
      bytesLeft -= message.length;
    }
    if (over.signal.aborted || bytesLeft <= 0 || collected.length >= messages || queue.isFull) break;
    await queue.available(over.signal);
  }
  cancelTimer();
  closing.removeEventListener('abort', end);
  return collected;
}
