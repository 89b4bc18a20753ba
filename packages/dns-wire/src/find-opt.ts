import type { SectionCounts } from './header.ts';
import { HEADER_OCTETS, MAX_LABEL_OCTETS, MAX_NAME_OCTETS } from './limits.ts';

/** The code of the type OPT. */
export const OPT = 41;

/** What an OPT record says in its fixed fields (RFC 6891 section 6.1.3). */
export interface OptFields {
  readonly version: number;
  readonly dnssecOk: boolean;
}

/**
 * The OPT record of a request that is not read otherwise: records are skipped by their lengths, and nothing in them is
 * looked at. Undefined when there is none, or when the octets are not those of sections.
 */
export function findOpt(packet: Buffer, counts: SectionCounts): OptFields | undefined {
  let at = HEADER_OCTETS;
  for (let i = 0; i < counts.questionCount; i++) at = nameEnd(packet, at) + 4;
  for (let i = 0; i < counts.answerCount + counts.authorityCount; i++) at = recordEnd(packet, nameEnd(packet, at));
  for (let i = 0; i < counts.additionalCount; i++) {
    const fixed = nameEnd(packet, at);
    const end = recordEnd(packet, fixed);
    if (end > packet.length) return undefined;
    if (fixed === at + 1 && packet.readUInt16BE(fixed) === OPT) {
      return { version: packet.readUInt8(fixed + 5), dnssecOk: (packet.readUInt8(fixed + 6) & 0x80) !== 0 };
    }
    at = end;
  }
  return undefined;
}

/** Where the name at `at` ends, pointers not followed; infinity where it does not. */
function nameEnd(packet: Buffer, at: number): number {
  for (let end = at; end - at < MAX_NAME_OCTETS; ) {
    const length = packet[end];
    if (length === 0) return end + 1;
    if (length !== undefined && length >= 0xc0) return end + 2;
    if (length === undefined || length > MAX_LABEL_OCTETS) break;
    end += 1 + length;
  }
  return Number.POSITIVE_INFINITY;
}

/** Where a record ends whose type is at `fixed`; infinity where it does not. */
function recordEnd(packet: Buffer, fixed: number): number {
  const start = fixed + 10;
  return start > packet.length ? Number.POSITIVE_INFINITY : start + packet.readUInt16BE(fixed + 8);
}
