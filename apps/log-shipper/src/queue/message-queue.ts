import { createBatchList } from './batch-list.ts';
import type { MessageBatch, TakenMessages } from './message-batch.ts';
import { createWaiters } from './waiters.ts';
import { createWaitingLine, type NextTurn } from './waiting-line.ts';

/**
 * A batch is never torn apart, so a limit is passed by those that are on their way when it is reached: at most one for each
 * container that is being read, and, after a wait for room, a few.
 */
export interface QueueLimits {
  readonly messages: number;
  readonly bytes: number;
}

/**
 * Messages between readers and a transport, first in, first out. A message that was taken stays until it is confirmed,
 * so that it can be taken again when a connection is lost.
 */
export interface MessageQueue {
  /** Readers shall wait for `room` before they read on. */
  readonly isFull: boolean;
  /** All that are held, also those taken and not confirmed. */
  readonly messages: number;
  readonly bytes: number;
  push(batch: MessageBatch): void;
  /**
   * Resolves when the queue is not full, to one after the other of those who ask, or when `signal` aborts. Ask again
   * afterwards: another may have been faster.
   */
  room(signal: AbortSignal): Promise<void>;
  /** Resolves when a message can be taken, or when `signal` aborts. */
  available(signal: AbortSignal): Promise<void>;
  /**
   * The next messages, together at most `byteLimit` bytes but at least one if any can be taken; at most `messageLimit`.
   * They are views: valid until confirmed.
   */
  take(byteLimit: number, messageLimit?: number): readonly Buffer[];
  /** As `take`, for a stream of bytes: messages that lie together come as one chunk. */
  takeBytes(byteLimit: number): TakenMessages;
  /** The oldest `count` messages, all of them taken, are done with. */
  confirm(count: number): void;
  /** Everything taken and not confirmed will be taken again; returns how many messages that are. */
  rewind(): number;
}

/** A queue in memory: a batch is safe when its last message is confirmed. */
export function createMessageQueue(limits: QueueLimits, nextTurn: NextTurn): MessageQueue {
  const batches = createBatchList();
  const available = createWaiters();
  const isFull = (): boolean => batches.messages >= limits.messages || batches.bytes >= limits.bytes;
  const room = createWaitingLine(() => !isFull(), nextTurn);

  return {
    get isFull() {
      return isFull();
    },
    get messages() {
      return batches.messages;
    },
    get bytes() {
      return batches.bytes;
    },
    push(batch) {
      batches.push(batch);
      if (batch.ends.length > 0) available.wake();
    },
    room: (signal) => room.wait(signal),
    available: (signal) => (batches.waiting > 0 ? Promise.resolve() : available.wait(signal)),
    take: (byteLimit, messageLimit) => batches.take(byteLimit, messageLimit),
    takeBytes: (byteLimit) => batches.takeBytes(byteLimit),
    confirm(count) {
      batches.confirm(count);
      room.wake();
    },
    rewind() {
      const count = batches.rewind();
      if (count > 0) available.wake();
      return count;
    },
  };
}
