import { MalformedPacket } from './malformed.ts';
import { readName } from './name-reader.ts';
import { octetsOf } from './octets.ts';
import type { RecordFrame } from './record-data.ts';

/** One part of record data: so many octets, a character-string, a name, or whatever is left. */
type Part = number | 'string' | 'name' | 'rest';

/**
 * Types that are not modelled but whose names may be compressed: those of RFC 1035, and those that older servers
 * compress nevertheless (RFC 3597 section 4). A pointer is worth nothing outside of its packet, so these names are
 * written out. All other types' data never have a pointer.
 */
const layouts: ReadonlyMap<number, readonly Part[]> = new Map<number, readonly Part[]>([
  [3, ['name']], // MD
  [4, ['name']], // MF
  [7, ['name']], // MB
  [8, ['name']], // MG
  [9, ['name']], // MR
  [14, ['name', 'name']], // MINFO
  [17, ['name', 'name']], // RP
  [18, [2, 'name']], // AFSDB
  [21, [2, 'name']], // RT
  [24, [18, 'name', 'rest']], // SIG
  [26, [2, 'name', 'name']], // PX
  [30, ['name', 'rest']], // NXT
  [35, [4, 'string', 'string', 'string', 'name']], // NAPTR
]);

/**
 * A copy of the record's data as octets that mean the same in any packet.
 * @throws MalformedPacket when data with names do not have their type's shape
 */
export function expandNames(frame: RecordFrame): Uint8Array {
  const { packet, start, end } = frame;
  const layout = layouts.get(frame.typeCode);
  if (layout === undefined) return Uint8Array.from(packet.subarray(start, end));
  const pieces: Uint8Array[] = [];
  let at = start;
  for (const part of layout) {
    if (part === 'name') {
      const { name, end: next } = readName(packet, at);
      pieces.push(...name.flatMap((label) => labelPieces(label)), Uint8Array.of(0));
      at = next;
    } else {
      const next = part === 'rest' ? end : at + (part === 'string' ? 1 + (packet[at] ?? 0) : part);
      pieces.push(packet.subarray(at, next));
      at = next;
    }
    if (at > end) break;
  }
  if (at !== end) {
    throw new MalformedPacket('record', `the data at ${start} do not have the shape of type ${frame.typeCode}`);
  }
  return Uint8Array.from(Buffer.concat(pieces));
}

function labelPieces(label: string): readonly Uint8Array[] {
  const octets = octetsOf(label) ?? new Uint8Array();
  return [Uint8Array.of(octets.length), octets];
}
