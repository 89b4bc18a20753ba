import { nextTxnr } from './relp-frame.ts';
import { isSuccess, parseRelpResponse } from './relp-response.ts';

export interface RetryPolicy {
  /** So often a message is sent that the receiver refuses. */
  readonly attempts: number;
  /** After a first refusal; doubled with each further one. */
  readonly retryDelayMs: number;
}

/** A message that was sent and is not confirmed. */
export interface OutstandingMessage {
  readonly message: Buffer;
  readonly refusals: number;
}

/** Messages that were sent and are not confirmed, in the order of the queue, and what was answered. */
export interface Outstanding {
  readonly size: number;
  /** Those that an answer is waited for. */
  readonly unanswered: number;
  readonly oldest: OutstandingMessage | undefined;
  /** When the first refused message is due to be sent again. */
  readonly retryAtMs: number | undefined;
  /** The next messages of the queue, which are sent as transactions from `firstTxnr` on. */
  add(messages: readonly Buffer[], firstTxnr: number): void;
  /** Those that are due to be sent again, as transactions from `firstTxnr` on. */
  retry(firstTxnr: number, nowMs: number): readonly Buffer[];
  /** What the receiver answered; undefined when it was not asked. */
  answer(txnr: number, data: Buffer, nowMs: number): Answer | undefined;
  /** Takes the oldest ones as far as they are done with, without a gap; returns how many. */
  takeDone(): number;
}

/** `refused` is for good; `retry` comes before it. */
export interface Answer {
  readonly kind: 'accepted' | 'retry' | 'refused';
  /** Why not, in the receiver's words. */
  readonly text: string;
}

const ACCEPTED: Answer = { kind: 'accepted', text: '' };

interface Entry extends OutstandingMessage {
  refusals: number;
  /** When it is sent again; undefined unless it was refused. */
  retryAtMs: number | undefined;
  isDone: boolean;
}

export function createOutstanding({ attempts, retryDelayMs }: RetryPolicy): Outstanding {
  const entries: Entry[] = [];
  const unanswered = new Map<number, Entry>();
  let retrying: readonly Entry[] = [];

  const refuse = (entry: Entry, data: Buffer, nowMs: number): Answer => {
    const { code, text } = parseRelpResponse(data);
    const answer = { text: `${code} ${text}`.trim() };
    entry.refusals++;
    entry.isDone = entry.refusals >= attempts;
    if (entry.isDone) return { ...answer, kind: 'refused' };
    entry.retryAtMs = nowMs + retryDelayMs * 2 ** (entry.refusals - 1);
    retrying = [...retrying, entry];
    return { ...answer, kind: 'retry' };
  };

  return {
    get size() {
      return entries.length;
    },
    get unanswered() {
      return unanswered.size;
    },
    get oldest() {
      return entries[0];
    },
    get retryAtMs() {
      return retrying.length === 0 ? undefined : Math.min(...retrying.map(({ retryAtMs = 0 }) => retryAtMs));
    },
    add(messages, firstTxnr) {
      let txnr = firstTxnr;
      for (const message of messages) {
        const entry = { message, refusals: 0, retryAtMs: undefined, isDone: false };
        entries.push(entry);
        unanswered.set(txnr, entry);
        txnr = nextTxnr(txnr);
      }
    },
    retry(firstTxnr, nowMs) {
      const isDue = ({ retryAtMs = 0 }: Entry): boolean => retryAtMs <= nowMs;
      const due = retrying.filter(isDue);
      retrying = retrying.filter((entry) => !isDue(entry));
      let txnr = firstTxnr;
      for (const entry of due) {
        unanswered.set(txnr, entry);
        txnr = nextTxnr(txnr);
      }
      return due.map(({ message }) => message);
    },
    answer(txnr, data, nowMs) {
      const entry = unanswered.get(txnr);
      if (entry === undefined) return undefined;
      unanswered.delete(txnr);
      if (!isSuccess(data)) return refuse(entry, data, nowMs);
      entry.isDone = true;
      return ACCEPTED;
    },
    takeDone() {
      let count = 0;
      while (entries[count]?.isDone === true) count++;
      if (count > 0) entries.splice(0, count);
      return count;
    },
  };
}
