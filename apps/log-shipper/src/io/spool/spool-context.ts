import type { Clock, Logger } from '@wharf/agent';
import type { QueueLimits } from '../../queue/message-queue.ts';
import type { HeldMessages } from '../../spool/held-messages.ts';
import type { MessageTotals } from '../../spool/segment-format.ts';
import type { SegmentLedger } from '../../spool/segment-ledger.ts';
import type { SpoolPlan } from '../../spool/spool-plan.ts';
import type { UnsafeBatches } from '../../spool/unsafe-batches.ts';
import type { PositionFile } from './position-file.ts';
import type { SegmentWriter } from './segment-writer.ts';

export interface SpoolLimits {
  /** What the spool may take of the disk, in bytes. */
  readonly sizeBytes: number;
  /** What it does then: has readers wait, or gives up the oldest messages that are on disk alone. */
  readonly whenFull: 'block' | 'drop-oldest';
  /** How long a batch waits in memory for others that are written with it, in milliseconds. */
  readonly syncMs: number;
  /** What may wait in memory to be written; as much again is held to be taken. */
  readonly memory: QueueLimits;
}

/** What the parts of a spool share. */
export interface SpoolContext {
  readonly folder: string;
  readonly limits: SpoolLimits;
  readonly plan: SpoolPlan;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly ledger: SegmentLedger;
  readonly held: HeldMessages;
  readonly unsafe: UnsafeBatches;
  readonly writer: SegmentWriter;
  readonly position: PositionFile;
  /** Messages that were safe are given up: to make room for newer ones, or because they cannot be read. */
  readonly onDropped: (reason: 'spool-full' | 'spool-damaged', totals: MessageTotals) => void;
  /** Messages can be taken that could not, or there may be room. */
  readonly onChange: () => void;
}
