import { MAX_LABEL_OCTETS, MAX_MESSAGE_OCTETS, MAX_NAME_OCTETS } from './limits.ts';
import { UnencodableMessage } from './malformed.ts';
import type { Name } from './message.ts';
import { createNameTable } from './name-table.ts';
import { writeText } from './octets.ts';

/** Writes a packet from its start to its end; what was written since a mark can be taken back. */
export interface PacketWriter {
  /** Octets written so far. */
  readonly length: number;
  uint8(value: number): void;
  uint16(value: number): void;
  uint32(value: number): void;
  octets(value: Uint8Array): void;
  /** Text that `textLength` has accepted. */
  text(value: string): void;
  /**
   * A name, with a pointer to where its end was written before if `compress`. Case is kept: only labels spelled alike
   * are shared, so that a name comes out as it went in.
   * @throws UnencodableMessage
   */
  name(value: Name, compress: boolean): void;
  /** Writes 16 bits over those at `offset`. */
  patchUint16(value: number, offset: number): void;
  /** Forgets everything after the first `length` octets. */
  rewind(length: number): void;
  /** A copy of what was written. */
  finish(): Buffer;
}

/**
 * Room for a message of the largest size and one record more: the encoder looks at the length after each record, so
 * nothing else ever checks for room.
 */
const scratch = Buffer.allocUnsafeSlow(2 * MAX_MESSAGE_OCTETS + 1_024);

/** A writer over one shared buffer: finish with one before the next is made. It begins after `reserved` octets. */
export function createPacketWriter(reserved: number): PacketWriter {
  const table = createNameTable();
  let at = reserved;

  const uint8 = (value: number): void => {
    scratch[at++] = value;
  };
  const uint16 = (value: number): void => {
    uint8(value >> 8);
    uint8(value);
  };

  return {
    get length() {
      return at;
    },
    uint8,
    uint16,
    uint32(value) {
      uint16(value >>> 16);
      uint16(value);
    },
    octets(value) {
      scratch.set(value, at);
      at += value.length;
    },
    text(value) {
      at = writeText(value, scratch, at);
    },
    name(value, compress) {
      const shared = compress ? table.find(value) : undefined;
      const starts: number[] = [];
      const begin = at;
      for (let index = 0; index < (shared?.index ?? value.length); index++) {
        starts.push(at);
        at = writeLabel(value[index] ?? '', at);
      }
      const octets = at - begin + (shared?.octets ?? 1);
      if (octets > MAX_NAME_OCTETS) {
        throw new UnencodableMessage('name', `a name has ${octets} octets, at most ${MAX_NAME_OCTETS} fit`);
      }
      table.add(value, starts, octets);
      if (shared === undefined) uint8(0);
      else uint16(0xc000 | shared.offset);
    },
    patchUint16(value, offset) {
      scratch.writeUInt16BE(value, offset);
    },
    rewind(length) {
      at = length;
      table.forgetFrom(length);
    },
    finish: () => Buffer.from(scratch.subarray(0, at)),
  };
}

/** Writes a label with its length before it, and returns the offset after it. */
function writeLabel(label: string, offset: number): number {
  const end = writeText(label, scratch, offset + 1);
  const octets = end - offset - 1;
  if (end < 0) throw new UnencodableMessage('name', 'a label has text that stands for no octets');
  if (octets < 1 || octets > MAX_LABEL_OCTETS) {
    throw new UnencodableMessage('name', `a label has ${octets} octets, 1 to ${MAX_LABEL_OCTETS} fit`);
  }
  scratch[offset] = octets;
  return end;
}
