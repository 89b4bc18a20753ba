import { lookAtRecord, RECORD_HEAD, sealRecord } from './checked-record.ts';

/** Up to where all messages of a spool are confirmed. */
export interface ConfirmedPosition {
  /** The number of a segment, and where in it a record begins. */
  readonly segment: number;
  readonly offset: number;
  /** Of that record's messages, the first so many are confirmed too. */
  readonly messages: number;
}

/*
 * The position is written over an older one in place, in one of two slots in turn: it needs no room on a full disk, and
 * a write that is torn by a loss of power leaves the slot before it.
 */

/** Slots lie in different blocks of any file system. */
export const SLOT_DISTANCE = 4_096;
export const SLOT_LENGTH = RECORD_HEAD + 32;
const SEED = 0x5b001;

/** @param turn greater than that of any position before; its lowest bit tells the slot */
export function renderPosition({ segment, offset, messages }: ConfirmedPosition, turn: number): Buffer {
  const slot = Buffer.alloc(SLOT_LENGTH);
  let at = RECORD_HEAD;
  for (const value of [turn, segment, offset, messages]) at = slot.writeDoubleLE(value, at);
  sealRecord(slot, 0, SLOT_LENGTH, SEED);
  return slot;
}

/** The newest position in a file of both slots, and its turn; undefined when there is none. */
export function parsePositions(file: Buffer): (ConfirmedPosition & { readonly turn: number }) | undefined {
  const found = [0, SLOT_DISTANCE].flatMap((start) => {
    const look = lookAtRecord(file.subarray(0, start + SLOT_LENGTH), start, SEED);
    if (look.kind !== 'record' || look.body.length !== SLOT_LENGTH - RECORD_HEAD) return [];
    const { body } = look;
    return [
      {
        turn: body.readDoubleLE(0),
        segment: body.readDoubleLE(8),
        offset: body.readDoubleLE(16),
        messages: body.readDoubleLE(24),
      },
    ];
  });
  return found.sort((a, b) => b.turn - a.turn)[0];
}
