import type { Clock, Logger } from '@wharf/agent';
import { describeError } from '@wharf/agent';
import type { MessageQueue } from '../../queue/message-queue.ts';
import { createWaiters } from '../../queue/waiters.ts';
import { createWaitingLine } from '../../queue/waiting-line.ts';
import type { ConfirmedPosition } from '../../spool/confirmed-position.ts';
import { createHeldMessages } from '../../spool/held-messages.ts';
import { createSegmentLedger } from '../../spool/segment-ledger.ts';
import { planSpool } from '../../spool/spool-plan.ts';
import { createUnsafeBatches } from '../../spool/unsafe-batches.ts';
import { joinTroubles } from '../join-troubles.ts';
import { nextTurn } from '../next-turn.ts';
import { openPositionFile } from './position-file.ts';
import { makePrivateFolder } from './private-folder.ts';
import { type RecoveredSegments, recoverSegments } from './recover-segments.ts';
import { createSegmentWriter } from './segment-writer.ts';
import type { SpoolContext, SpoolLimits } from './spool-context.ts';
import { createSpoolReader } from './spool-reader.ts';
import { createSpoolSaver } from './spool-saver.ts';

export interface SpoolSettings {
  /** Belongs to the spool alone; made when it is not there. */
  readonly folder: string;
  readonly limits: SpoolLimits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly onDropped: SpoolContext['onDropped'];
}

/** A queue that goes on on disk. A batch is safe when it is there, or when its last message is confirmed. */
export interface Spool extends MessageQueue {
  /** What its segments take of the disk. */
  readonly diskBytes: number;
  /** Why the disk is of no use at present; undefined when all is well. Messages in memory go on nevertheless. */
  readonly trouble: string | undefined;
  /** Resolves when what can be saved is, and everything is let go of. No other call may follow. */
  close(): Promise<void>;
}

/**
 * Opens a spool with what an earlier run left in it.
 *
 * Its messages lie, from the oldest to the newest: held in memory to be taken (also those taken); on disk alone, still
 * to be read; in memory alone, to be written. What is confirmed before its turn to be written never gets to the disk. A
 * folder that cannot be read or written is no error: it is a queue in memory then, until it can be.
 */
export async function openSpool(settings: SpoolSettings): Promise<Spool> {
  const { folder, limits, clock, random, onDropped } = settings;
  const log = settings.log.child({ spool: folder });
  const plan = planSpool(limits.sizeBytes, limits.memory);
  const file = await openPositionFile(folder);
  const recovered = await recover(folder, file.found, log);
  // What has not been looked at is not confirmed either.
  const position = recovered.isComplete ? file : { ...file, write: async () => undefined };
  const ledger = createSegmentLedger(recovered.segments);
  const writer = createSegmentWriter(folder, recovered.nextNumber, plan.segmentBytes, ledger);
  const held = createHeldMessages();
  const unsafe = createUnsafeBatches();
  const available = createWaiters();

  const isOverSize = (): boolean => ledger.diskBytes + unsafe.bytes >= limits.sizeBytes;
  const isFull = (): boolean =>
    unsafe.bytes >= limits.memory.bytes ||
    unsafe.messages >= limits.memory.messages ||
    (isOverSize() && (limits.whenFull === 'block' || !ledger.hasVictim));
  const room = createWaitingLine(() => !isFull(), nextTurn);
  const onChange = (): void => {
    if (held.waiting > 0) available.wake();
    room.wake();
  };
  const shared = { folder, limits, plan, clock, random, log, onDropped, onChange };
  const context: SpoolContext = { ...shared, ledger, held, unsafe, writer, position };
  const reader = createSpoolReader(context, position.found);
  const saver = createSpoolSaver(context, reader);
  reader.refill();

  const countBehind = (): number => ledger.unread.messages + unsafe.unheld.messages;
  return {
    get isFull() {
      return isFull();
    },
    get messages() {
      return held.messages + countBehind();
    },
    get bytes() {
      return held.bytes + ledger.unread.bytes + unsafe.unheld.bytes;
    },
    get diskBytes() {
      return ledger.diskBytes;
    },
    get trouble() {
      return joinTroubles(saver.trouble, reader.trouble);
    },
    push(batch) {
      const isNext = countBehind() === 0 && reader.hasRoom && batch.ends.length > 0;
      unsafe.push(batch, isNext ? held.hold(batch, undefined, 0) : undefined);
      if (batch.ends.length === 0) unsafe.settle();
      else saver.note();
      onChange();
    },
    room: (signal) => room.wait(signal),
    available: (signal) => (held.waiting > 0 ? Promise.resolve() : available.wait(signal)),
    take(byteLimit, messageLimit) {
      const taken = held.take(byteLimit, messageLimit);
      reader.refill();
      return taken;
    },
    takeBytes(byteLimit) {
      const taken = held.takeBytes(byteLimit);
      reader.refill();
      return taken;
    },
    confirm(count) {
      held.confirm(count);
      unsafe.settle();
      saver.note();
      reader.refill();
      onChange();
    },
    rewind() {
      const count = held.rewind();
      onChange();
      return count;
    },
    async close() {
      await reader.stop();
      await saver.stop();
    },
  };
}

async function recover(
  folder: string,
  confirmed: ConfirmedPosition | undefined,
  log: Logger,
): Promise<RecoveredSegments & { readonly isComplete: boolean }> {
  try {
    await makePrivateFolder(folder);
    return { ...(await recoverSegments(folder, confirmed, log)), isComplete: true };
  } catch (error) {
    log.warn({ reason: describeError(error) }, 'the spool cannot be opened: what it holds is sent after another start');
    return { segments: [], nextNumber: (confirmed?.segment ?? 0) + 1, isComplete: false };
  }
}
