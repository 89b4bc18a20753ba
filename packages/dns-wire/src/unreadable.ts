import { Opcode, Rcode } from './codes.ts';
import { MAX_REQUEST_ENTRIES, MIN_QUESTION_OCTETS, MIN_RECORD_OCTETS } from './decode-message.ts';
import { HEADER_OCTETS, MAX_NAME_OCTETS } from './limits.ts';

const QR = 0x80;

/**
 * The response code of the reply to a request that `decodeRequest` refuses, where that reply is a header alone: found
 * without making anything, because this is what floods of garbage cost. Undefined for requests that can be read, for
 * what has no reply, and where only the decoder can say.
 * @param start the packet is `octets[start]` to `octets[end - 1]`
 */
export function unreadableRcode(octets: Uint8Array, start: number, end: number): number | undefined {
  const flags = octets[start + 2] ?? 0;
  if (end - start < HEADER_OCTETS || (flags & QR) !== 0) return undefined;
  const questions = uint16(octets, start + 4);
  const answers = uint16(octets, start + 6);
  const authorities = uint16(octets, start + 8);
  const additionals = uint16(octets, start + 10);
  const records = answers + authorities + additionals;
  const isTooMuch = questions + records > MAX_REQUEST_ENTRIES;
  const opcode = flags >> 3;
  // With OPT in the request there is OPT in the reply.
  if (opcode !== Opcode.QUERY && opcode !== Opcode.NOTIFY) {
    return isTooMuch || additionals === 0 ? Rcode.NOTIMP : undefined;
  }
  const least = HEADER_OCTETS + questions * MIN_QUESTION_OCTETS + records * MIN_RECORD_OCTETS;
  if (isTooMuch || least > end - start) return Rcode.FORMERR;
  return isFramed(octets, start, end, questions, records) ? undefined : Rcode.FORMERR;
}

/** Whether names are such, and questions and records are within the packet. */
function isFramed(octets: Uint8Array, start: number, end: number, questions: number, records: number): boolean {
  let at = start + HEADER_OCTETS;
  for (let question = 0; question < questions; question++) {
    at = skipName(octets, start, at, end) + 4;
    if (at > end) return false;
  }
  for (let record = 0; record < records; record++) {
    const data = skipName(octets, start, at, end) + 10;
    if (data > end) return false;
    at = data + uint16(octets, data - 2);
    if (at > end) return false;
  }
  return true;
}

/** Where the name at `at` ends, as `readName` has it; infinity where that would throw. */
function skipName(octets: Uint8Array, start: number, at: number, end: number): number {
  let total = 1;
  let nameEnd = -1;
  let runStart = at;
  for (let next = at; next < end; ) {
    const length = octets[next] ?? 0;
    if (length === 0) return nameEnd < 0 ? next + 1 : nameEnd;
    if (length < 0x40) {
      next += 1 + length;
      total += 1 + length;
      if (total > MAX_NAME_OCTETS) break;
    } else {
      if (length < 0xc0 || next + 2 > end) break;
      if (nameEnd < 0) nameEnd = next + 2;
      next = start + (uint16(octets, next) & 0x3fff);
      if (next >= runStart) break;
      runStart = next;
    }
  }
  return Number.POSITIVE_INFINITY;
}

function uint16(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}
