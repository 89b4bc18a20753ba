import type { MessageBatch, TakenMessages } from './message-batch.ts';

/** Batches in order, with a cursor between the messages that are taken and those that wait. */
export interface BatchList {
  /** All that are held, also those taken. */
  readonly messages: number;
  readonly bytes: number;
  /** Messages not taken. */
  readonly waiting: number;
  push(batch: MessageBatch): void;
  /** See `MessageQueue`, here and below. */
  take(byteLimit: number, messageLimit?: number): readonly Buffer[];
  takeBytes(byteLimit: number): TakenMessages;
  /** Batches whose last message it is are told that they are safe, in order. */
  confirm(count: number): void;
  rewind(): number;
}

export function createBatchList(): BatchList {
  const batches: MessageBatch[] = [];
  /** Batches before it are done with, and no longer held. */
  let head = 0;
  /** Messages of the first batch that are confirmed. */
  let confirmed = 0;
  /** The next message to take: number `index` of `batches[batch]`. */
  let cursor = { batch: 0, index: 0 };
  let messages = 0;
  let taken = 0;
  let bytes = 0;

  /** Drops batches that are done from the front of the array once they are half of it. */
  const compact = (): void => {
    if (head < 1_024 || head * 2 < batches.length) return;
    batches.splice(0, head);
    cursor.batch -= head;
    head = 0;
  };
  /** Batches at the front of which nothing is left to confirm. */
  const release = (): void => {
    for (let batch = batches[head]; batch !== undefined && confirmed === batch.ends.length; batch = batches[head]) {
      head++;
      confirmed = 0;
      bytes -= batch.bytes.length;
      if (cursor.batch < head) cursor = { batch: head, index: 0 };
      batch.onSafe();
    }
    compact();
  };
  /** Moves the cursor over at most so many messages and bytes of one batch; undefined at the end. */
  const takeSpan = (byteLimit: number, messageLimit: number): Span | undefined => {
    let batch = batches[cursor.batch];
    while (batch !== undefined && cursor.index === batch.ends.length) {
      cursor = { batch: cursor.batch + 1, index: 0 };
      batch = batches[cursor.batch];
    }
    if (batch === undefined) return undefined;
    const first = cursor.index;
    const start = startOf(batch, first);
    const last = Math.min(batch.ends.length, first + messageLimit);
    let next = first;
    while (next < last && startOf(batch, next + 1) - start <= byteLimit) next++;
    cursor.index = next;
    return { batch, first, next, start, end: startOf(batch, next) };
  };
  /** Spans until a limit is reached; the first message is taken however long it is. */
  const takeSpans = (byteLimit: number, messageLimit: number, onSpan: (span: Span) => void): void => {
    let bytesLeft = byteLimit;
    let messagesLeft = messageLimit;
    let isFirst = true;
    while (messagesLeft > 0) {
      let span = takeSpan(bytesLeft, messagesLeft);
      if (span !== undefined && span.next === span.first && isFirst) span = takeSpan(Number.POSITIVE_INFINITY, 1);
      if (span === undefined || span.next === span.first) return;
      isFirst = false;
      onSpan(span);
      bytesLeft -= span.end - span.start;
      messagesLeft -= span.next - span.first;
      taken += span.next - span.first;
    }
  };

  return {
    get messages() {
      return messages;
    },
    get bytes() {
      return bytes;
    },
    get waiting() {
      return messages - taken;
    },
    push(batch) {
      batches.push(batch);
      messages += batch.ends.length;
      bytes += batch.bytes.length;
      release();
    },
    take(byteLimit, messageLimit = Number.POSITIVE_INFINITY) {
      const found: Buffer[] = [];
      takeSpans(byteLimit, messageLimit, ({ batch, first, next }) => {
        for (let index = first; index < next; index++) {
          found.push(batch.bytes.subarray(startOf(batch, index), startOf(batch, index + 1)));
        }
      });
      return found;
    },
    takeBytes(byteLimit) {
      const found = { chunks: [] as Buffer[], messages: 0, bytes: 0 };
      takeSpans(byteLimit, Number.POSITIVE_INFINITY, ({ batch, first, next, start, end }) => {
        found.chunks.push(batch.bytes.subarray(start, end));
        found.messages += next - first;
        found.bytes += end - start;
      });
      return found;
    },
    confirm(count) {
      if (count > taken) throw new RangeError(`${count} messages confirmed of ${taken} taken`);
      taken -= count;
      messages -= count;
      let left = count;
      while (left > 0) {
        const step = Math.min(left, (batches[head]?.ends.length ?? 0) - confirmed);
        confirmed += step;
        left -= step;
        release();
      }
    },
    rewind() {
      const count = taken;
      cursor = { batch: head, index: confirmed };
      taken = 0;
      return count;
    },
  };
}

interface Span {
  readonly batch: MessageBatch;
  /** Messages `first` up to, but not, `next`, which lie from `start` to `end` in its bytes. */
  readonly first: number;
  readonly next: number;
  readonly start: number;
  readonly end: number;
}

function startOf({ ends }: MessageBatch, index: number): number {
  return index === 0 ? 0 : (ends[index - 1] ?? 0);
}
