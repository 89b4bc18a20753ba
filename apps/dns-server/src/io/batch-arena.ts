import type { BatchSystem } from './batch-system.ts';
import type { MessageBatch } from './message-batch.ts';
import { createTurnBudget, type TurnBudget } from './turn-budget.ts';

/** Datagrams that one system call takes or gives. */
export const BATCH = 64;

/** Batches of all sockets together before timers and other sockets have their turn. */
const MAX_BATCHES_A_TURN = 16;

/** As long as a UDP datagram can be. */
const QUERY_SLOT_OCTETS = 65_536;

/** Longer replies are sent one by one; a DNS server's are shorter (RFC 9715). */
const REPLY_SLOT_OCTETS = 2_048;

/** The memory in which the sockets of one thread, one after the other, receive and answer. */
export interface BatchArena {
  readonly inbox: MessageBatch;
  /** Has room for the replies to an inbox and to one datagram before it. */
  readonly outbox: MessageBatch;
  readonly budget: TurnBudget;
}

export function createBatchArena(system: Pick<BatchSystem, 'createBatch'>): BatchArena {
  return {
    inbox: system.createBatch(BATCH, QUERY_SLOT_OCTETS),
    outbox: system.createBatch(BATCH + 1, REPLY_SLOT_OCTETS),
    budget: createTurnBudget(MAX_BATCHES_A_TURN),
  };
}
