import { MAX_NAME_OCTETS } from './limits.ts';
import { MalformedPacket } from './malformed.ts';
import type { Name } from './message.ts';
import { readText } from './octets.ts';

export interface NameAt {
  readonly name: Name;
  /** Offset of the first octet after the name where it was read, pointers not followed. */
  readonly end: number;
}

/**
 * The name at `offset`, pointers followed (RFC 1035 section 4.1.4). A pointer must point before the labels it was found
 * with, as "a prior occurrence" wants, so each one followed is nearer to the start: loops cannot be.
 * @throws MalformedPacket
 */
export function readName(bytes: Uint8Array, offset: number): NameAt {
  const labels: string[] = [];
  let total = 1;
  let end = -1;
  let runStart = offset;
  let at = offset;
  for (;;) {
    const length = bytes[at];
    if (length === undefined)
      throw new MalformedPacket('name', `the name at ${offset} runs over the end of the packet`);
    if (length === 0) return { name: labels, end: end < 0 ? at + 1 : end };
    if (length < 0x40) {
      const labelEnd = at + 1 + length;
      if (labelEnd > bytes.length) {
        throw new MalformedPacket('name', `the name at ${offset} runs over the end of the packet`);
      }
      total += 1 + length;
      if (total > MAX_NAME_OCTETS) {
        throw new MalformedPacket('name', `the name at ${offset} has more than ${MAX_NAME_OCTETS} octets`);
      }
      labels.push(readText(bytes, at + 1, labelEnd));
      at = labelEnd;
    } else {
      const target = pointerAt(bytes, at, offset);
      if (target >= runStart) {
        throw new MalformedPacket('name', `the name at ${offset} has a pointer to ${target}, which is not before it`);
      }
      if (end < 0) end = at + 2;
      runStart = target;
      at = target;
    }
  }
}

function pointerAt(bytes: Uint8Array, at: number, offset: number): number {
  const high = bytes[at] ?? 0;
  const low = bytes[at + 1];
  if (high < 0xc0) {
    throw new MalformedPacket('name', `the name at ${offset} has a label of a type that does not exist`);
  }
  if (low === undefined) throw new MalformedPacket('name', `the name at ${offset} runs over the end of the packet`);
  return ((high & 0x3f) << 8) | low;
}
