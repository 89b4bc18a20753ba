import { MAX_LABEL_OCTETS, MAX_MESSAGE_OCTETS, MAX_NAME_OCTETS } from './limits.ts';
import { UnencodableMessage } from './malformed.ts';
import type { Name } from './message.ts';
import { textLength, writeText } from './octets.ts';

/** A pointer has 14 bits (RFC 1035 section 4.1.4). */
const MAX_POINTER = 0x3fff;

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
  let at = reserved;
  const offsets = new Map<string, number>();
  const written: string[] = [];

  const remember = (suffix: string): void => {
    if (at > MAX_POINTER || offsets.has(suffix)) return;
    offsets.set(suffix, at);
    written.push(suffix);
  };

  const uint16 = (value: number): void => {
    at = scratch.writeUInt16BE(value, at);
  };

  return {
    get length() {
      return at;
    },
    uint8(value) {
      at = scratch.writeUInt8(value, at);
    },
    uint16,
    uint32(value) {
      at = scratch.writeUInt32BE(value, at);
    },
    octets(value) {
      scratch.set(value, at);
      at += value.length;
    },
    text(value) {
      at = writeText(value, scratch, at);
    },
    name(value, compress) {
      const lengths = labelLengths(value);
      const suffixes = suffixKeys(value);
      for (const [index, label] of value.entries()) {
        const suffix = suffixes[index] ?? '';
        const pointer = compress ? offsets.get(suffix) : undefined;
        if (pointer !== undefined) {
          uint16(0xc000 | pointer);
          return;
        }
        remember(suffix);
        scratch[at] = lengths[index] ?? 0;
        at = writeText(label, scratch, at + 1);
      }
      scratch[at++] = 0;
    },
    patchUint16(value, offset) {
      scratch.writeUInt16BE(value, offset);
    },
    rewind(length) {
      at = length;
      for (let last = written.at(-1); last !== undefined && (offsets.get(last) ?? 0) >= length; last = written.at(-1)) {
        offsets.delete(last);
        written.pop();
      }
    },
    finish: () => Buffer.from(scratch.subarray(0, at)),
  };
}

/** The octets of each label. */
function labelLengths(name: Name): readonly number[] {
  let total = 1;
  const lengths = name.map((label) => {
    const octets = textLength(label);
    if (octets < 1 || octets > MAX_LABEL_OCTETS) {
      const problem = octets < 0 ? 'stands for no octets' : `has ${octets} octets, 1 to ${MAX_LABEL_OCTETS} fit`;
      throw new UnencodableMessage('name', `a label ${problem}`);
    }
    total += 1 + octets;
    return octets;
  });
  if (total > MAX_NAME_OCTETS) {
    throw new UnencodableMessage('name', `a name has ${total} octets, at most ${MAX_NAME_OCTETS} fit`);
  }
  return lengths;
}

/** For each label one text for it and all that follow; labels carry their lengths because they may contain anything. */
function suffixKeys(name: Name): readonly string[] {
  let suffix = '';
  return name
    .map((_, index) => {
      const label = name[name.length - 1 - index] ?? '';
      suffix = `${label.length}:${label}${suffix}`;
      return suffix;
    })
    .toReversed();
}
