import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BackoffPolicy, backoffDelayMs, describeError } from '@wharf/agent';
import type { ConfirmedPosition } from '../../spool/confirmed-position.ts';
import { segmentFileName } from '../../spool/segment-file-name.ts';
import { recordLength } from '../../spool/segment-format.ts';
import { isNoSpace } from '../has-code.ts';
import { createTroubleLog } from '../trouble-log.ts';
import type { SpoolContext } from './spool-context.ts';
import type { SpoolReader } from './spool-reader.ts';

/** Brings to the disk what is in memory alone, and what is confirmed; and takes from the disk what is no longer needed. */
export interface SpoolSaver {
  /** Something was pushed or confirmed. */
  note(): void;
  readonly trouble: string | undefined;
  /** Saves what can be, once, and lets go of everything. */
  stop(): Promise<void>;
}

/** A disk is near: it is asked more often than a receiver. What is confirmed is deleted as often, which makes room. */
const BACKOFF: BackoffPolicy = { baseMs: 100, capMs: 2_000 };

export function createSpoolSaver(context: SpoolContext, reader: SpoolReader): SpoolSaver {
  const { folder, limits, plan, clock, random, log, ledger, held, unsafe, writer, onChange } = context;
  let running: Promise<void> | undefined;
  let cancelTimer: (() => void) | undefined;
  let isNoted = false;
  let isStopped = false;
  let failures = 0;
  const writing = createTroubleLog(log, clock, {
    failed: 'the spool cannot be written; it is tried again',
    well: 'the spool can be written again',
  });
  const confirming = createTroubleLog(log, clock, { failed: 'what is confirmed cannot be saved; it is tried again' });
  let saved = context.position.found;

  const isGroup = (): boolean => unsafe.bytes >= plan.groupBytes || unsafe.messages >= plan.groupMessages;
  const confirmedPosition = (): ConfirmedPosition => {
    const { first } = held;
    if (first?.record.place !== undefined) return { ...first.record.place, messages: first.confirmed };
    return (first === undefined ? reader.position : undefined) ?? { ...writer.frontier, messages: 0 };
  };
  const remove = async (segment: number): Promise<void> => {
    try {
      await rm(join(folder, segmentFileName(segment)), { force: true });
    } catch (error) {
      log.warn({ segment, reason: describeError(error) }, 'a segment of the spool cannot be deleted');
    }
  };
  const dropOldest = async (): Promise<boolean> => {
    const victim = limits.whenFull === 'drop-oldest' ? ledger.takeOldest() : undefined;
    if (victim === undefined) return false;
    const { number, messages, bytes } = victim;
    context.onDropped('spool-full', { messages, bytes });
    await remove(number);
    return true;
  };

  /** False when the disk does not take it. */
  const saveBatches = async (): Promise<boolean> => {
    const group = unsafe.group(plan.groupBytes);
    if (group.length === 0) {
      writing.succeeded();
      return true;
    }
    const length = group.reduce((sum, { batch }) => sum + recordLength(batch), 0);
    while (ledger.diskBytes + length > limits.sizeBytes && (await dropOldest()));
    try {
      const places = await writer.append(group.map(({ batch }) => batch));
      for (const [index, place] of places.entries()) {
        const entry = group[index];
        if (entry === undefined) break;
        entry.isOnDisk = true;
        const { record, batch } = entry;
        if (record === undefined) ledger.leave(place, { messages: batch.ends.length, bytes: batch.bytes.length });
        else record.place = place;
      }
      unsafe.settle();
      writing.succeeded();
      return true;
    } catch (error) {
      if (isNoSpace(error) && (await dropOldest())) return true;
      writing.failed(error);
      return false;
    }
  };
  const savePosition = async (): Promise<void> => {
    const position = confirmedPosition();
    if (!isSame(position, saved)) {
      try {
        await context.position.write(position);
        saved = position;
        confirming.succeeded();
      } catch (error) {
        confirming.failed(error);
      }
    }
    for (const segment of ledger.takeBefore(position.segment)) await remove(segment);
  };
  /** The newest segment is given up when all of it is confirmed and it is at least so long. */
  const retire = async (bytes: number): Promise<void> => {
    const { segment, offset } = confirmedPosition();
    const { frontier } = writer;
    if (segment === frontier.segment && offset === frontier.offset && offset >= bytes) await writer.finish();
  };
  /** False when the disk does not take it. */
  const round = async (): Promise<boolean> => {
    const isWritten = await saveBatches();
    failures = isWritten ? 0 : failures + 1;
    await retire(plan.segmentBytes);
    await savePosition();
    reader.refill();
    onChange();
    return isWritten;
  };

  const arm = (delayMs: number): void => {
    cancelTimer = clock.schedule(delayMs, () => {
      cancelTimer = undefined;
      begin();
    });
  };
  const begin = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    running = run();
  };
  const run = async (): Promise<void> => {
    do isNoted = false;
    while ((await round()) && isGroup());
    running = undefined;
    if (isStopped) return;
    if (failures > 0) arm(backoffDelayMs(failures - 1, BACKOFF, random));
    else if (isNoted || unsafe.bytes > 0) arm(limits.syncMs);
  };

  return {
    note() {
      isNoted = true;
      if (isStopped || running !== undefined) return;
      if (failures === 0 && isGroup()) begin();
      else if (cancelTimer === undefined) arm(limits.syncMs);
    },
    get trouble() {
      return writing.trouble ?? confirming.trouble;
    },
    async stop() {
      isStopped = true;
      cancelTimer?.();
      await running;
      while ((await round()) && unsafe.group(1).length > 0);
      await retire(0);
      await savePosition();
      await writer.finish();
      await context.position.close();
    },
  };
}

function isSame(a: ConfirmedPosition, b: ConfirmedPosition | undefined): boolean {
  return a.segment === b?.segment && a.offset === b.offset && a.messages === b.messages;
}
