import type { MessageBatch } from '../queue/message-batch.ts';
import type { HeldRecord } from './held-messages.ts';
import { type MessageTotals, recordLength } from './segment-format.ts';

/** A batch that is in memory alone. */
export interface UnsafeBatch {
  readonly batch: MessageBatch;
  /** Where its messages are taken from; undefined while others come first. */
  record: HeldRecord | undefined;
  isOnDisk: boolean;
}

/** The newest batches of a spool, in order, until each is safe: on disk, or confirmed before it got there. */
export interface UnsafeBatches {
  /** What their records take on disk. */
  readonly bytes: number;
  readonly messages: number;
  /** Of those without a `record`. */
  readonly unheld: MessageTotals;
  push(batch: MessageBatch, record: HeldRecord | undefined): void;
  /** Lets go of those that have become safe, and tells them so, in order. */
  settle(): void;
  /** The oldest ones, of at most so many bytes together, but at least one if there are any. */
  group(byteLimit: number): readonly UnsafeBatch[];
  /** Has the messages of the oldest batch held that is not; `hold` makes the record. */
  holdNext(hold: (batch: MessageBatch) => HeldRecord): void;
}

export function createUnsafeBatches(): UnsafeBatches {
  const entries: UnsafeBatch[] = [];
  /** Entries before it are safe. */
  let head = 0;
  /** Entries before it have a record, or no messages. */
  let firstUnheld = 0;
  let bytes = 0;
  let messages = 0;
  let unheldMessages = 0;
  let unheldBytes = 0;

  const leaveUnheld = ({ ends, bytes }: MessageBatch): void => {
    unheldMessages -= ends.length;
    unheldBytes -= bytes.length;
  };
  const compact = (): void => {
    if (head < 1_024 || head * 2 < entries.length) return;
    entries.splice(0, head);
    firstUnheld -= head;
    head = 0;
  };
  const isSafe = ({ batch, record, isOnDisk }: UnsafeBatch): boolean =>
    isOnDisk || record?.isConfirmed === true || batch.ends.length === 0;

  return {
    get bytes() {
      return bytes;
    },
    get messages() {
      return messages;
    },
    get unheld() {
      return { messages: unheldMessages, bytes: unheldBytes };
    },
    push(batch, record) {
      if (record === undefined) {
        unheldMessages += batch.ends.length;
        unheldBytes += batch.bytes.length;
      } else firstUnheld = entries.length + 1;
      entries.push({ batch, record, isOnDisk: false });
      bytes += recordLength(batch);
      messages += batch.ends.length;
    },
    settle() {
      for (let entry = entries[head]; entry !== undefined && isSafe(entry); entry = entries[head]) {
        head++;
        bytes -= recordLength(entry.batch);
        messages -= entry.batch.ends.length;
        if (entry.record === undefined) leaveUnheld(entry.batch);
        entry.batch.onSafe();
      }
      firstUnheld = Math.max(firstUnheld, head);
      compact();
    },
    group(byteLimit) {
      const group: UnsafeBatch[] = [];
      let length = 0;
      for (let index = head; index < entries.length; index++) {
        const entry = entries[index];
        if (entry === undefined) break;
        if (entry.batch.ends.length === 0) continue;
        length += recordLength(entry.batch);
        if (group.length > 0 && length > byteLimit) break;
        group.push(entry);
      }
      return group;
    },
    holdNext(hold) {
      let entry = entries[firstUnheld];
      while (entry !== undefined && entry.batch.ends.length === 0) entry = entries[++firstUnheld];
      if (entry === undefined) return;
      firstUnheld++;
      leaveUnheld(entry.batch);
      entry.record = hold(entry.batch);
    },
  };
}
