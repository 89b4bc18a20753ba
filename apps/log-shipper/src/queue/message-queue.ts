/** A limit is passed by at most one message: that which does not fit an otherwise empty queue must go too. */
export interface QueueLimits {
  readonly messages: number;
  readonly bytes: number;
}

/**
 * Messages between readers and a transport, first in, first out. A message that was taken stays until it is confirmed,
 * so that it can be taken again when a connection is lost. Nothing is ever dropped here: readers wait for room.
 */
export interface MessageQueue {
  readonly isFull: boolean;
  /** All that are held, also those taken and not confirmed. */
  readonly messages: number;
  readonly bytes: number;
  /** Those not taken. */
  readonly waiting: number;
  push(message: Buffer): void;
  /** Resolves when the queue is not full, or when `signal` aborts. Ask again afterwards: another may have been faster. */
  room(signal: AbortSignal): Promise<void>;
  /** Resolves when a message can be taken, or when `signal` aborts. */
  available(signal: AbortSignal): Promise<void>;
  /** The next messages, together at most `byteLimit` bytes but at least one if there is any; at most `messageLimit`. */
  take(byteLimit: number, messageLimit?: number): readonly Buffer[];
  /** The oldest `count` messages, all of them taken, are done with. */
  confirm(count: number): void;
  /** Everything taken and not confirmed will be taken again; returns how many that are. */
  rewind(): number;
}

export function createMessageQueue(limits: QueueLimits): MessageQueue {
  const items: (Buffer | undefined)[] = [];
  /** Positions in `items`: [head, cursor) is taken, [cursor, end) waits; what lies before head is done. */
  let head = 0;
  let cursor = 0;
  let bytes = 0;
  const roomWaiters = new Set<() => void>();
  const availableWaiters = new Set<() => void>();

  const isFull = (): boolean => items.length - head >= limits.messages || bytes >= limits.bytes;

  /** Gives back the space of messages that are done, once they are half of the array. */
  const compact = (): void => {
    if (head < 1_024 || head * 2 < items.length) return;
    items.splice(0, head);
    cursor -= head;
    head = 0;
  };

  return {
    get isFull() {
      return isFull();
    },
    get messages() {
      return items.length - head;
    },
    get bytes() {
      return bytes;
    },
    get waiting() {
      return items.length - cursor;
    },
    push(message) {
      items.push(message);
      bytes += message.length;
      wake(availableWaiters);
    },
    room: (signal) => (isFull() ? wait(roomWaiters, signal) : Promise.resolve()),
    available: (signal) => (cursor < items.length ? Promise.resolve() : wait(availableWaiters, signal)),
    take(byteLimit, messageLimit = Number.POSITIVE_INFINITY) {
      const taken: Buffer[] = [];
      let size = 0;
      for (let item = items[cursor]; item !== undefined; item = items[cursor]) {
        if (taken.length > 0 && (size + item.length > byteLimit || taken.length >= messageLimit)) break;
        taken.push(item);
        size += item.length;
        cursor++;
      }
      return taken;
    },
    confirm(count) {
      if (count > cursor - head) throw new RangeError(`${count} messages confirmed of ${cursor - head} taken`);
      for (const end = head + count; head < end; head++) {
        bytes -= items[head]?.length ?? 0;
        items[head] = undefined;
      }
      compact();
      if (!isFull()) wake(roomWaiters);
    },
    rewind() {
      const count = cursor - head;
      cursor = head;
      if (count > 0) wake(availableWaiters);
      return count;
    },
  };
}

function wait(waiters: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
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
}

function wake(waiters: Set<() => void>): void {
  for (const finish of waiters) finish();
}
