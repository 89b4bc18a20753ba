import { type BatchList, createBatchList } from '../queue/batch-list.ts';
import type { MessageBatch } from '../queue/message-batch.ts';
import type { Place } from './segment-ledger.ts';

/** A record whose messages are in memory, to be taken. */
export interface HeldRecord {
  readonly messages: number;
  /** So many messages of the record on disk come before them. */
  readonly skipped: number;
  /** Undefined until it is on disk. */
  place: Place | undefined;
  isConfirmed: boolean;
}

/** The oldest records of a spool, without a gap, whose messages can be taken. */
export interface HeldMessages extends Omit<BatchList, 'push'> {
  hold(batch: Pick<MessageBatch, 'bytes' | 'ends'>, place: Place | undefined, skipped: number): HeldRecord;
  /** The oldest record that is not confirmed as a whole, and how many messages of it are, those skipped included. */
  readonly first: { readonly record: HeldRecord; readonly confirmed: number } | undefined;
}

export function createHeldMessages(): HeldMessages {
  const batches = createBatchList();
  const records: HeldRecord[] = [];
  /** Records before it are confirmed. */
  let head = 0;
  /** Messages confirmed of the first record. */
  let confirmed = 0;

  const compact = (): void => {
    if (head < 1_024 || head * 2 < records.length) return;
    records.splice(0, head);
    head = 0;
  };

  return {
    get messages() {
      return batches.messages;
    },
    get bytes() {
      return batches.bytes;
    },
    get waiting() {
      return batches.waiting;
    },
    take: (byteLimit, messageLimit) => batches.take(byteLimit, messageLimit),
    takeBytes: (byteLimit) => batches.takeBytes(byteLimit),
    rewind: () => batches.rewind(),
    confirm(count) {
      batches.confirm(count);
      confirmed += count;
      compact();
    },
    hold({ bytes, ends }, place, skipped) {
      const record: HeldRecord = { messages: ends.length, skipped, place, isConfirmed: false };
      const onSafe = (): void => {
        record.isConfirmed = true;
        confirmed -= record.messages;
        head++;
      };
      records.push(record);
      batches.push({ bytes, ends, onSafe });
      return record;
    },
    get first() {
      const record = records[head];
      return record && { record, confirmed: record.skipped + confirmed };
    },
  };
}
