import type { Message } from './message.ts';

type Flags = Pick<
  Message,
  | 'id'
  | 'response'
  | 'opcode'
  | 'authoritative'
  | 'truncated'
  | 'recursionDesired'
  | 'recursionAvailable'
  | 'authenticData'
  | 'checkingDisabled'
  | 'rcode'
>;

/** The first twelve octets of a message (RFC 1035 section 4.1.1, RFC 4035 section 3.1.6); `rcode` are the lower four bits. */
export interface Header extends Flags {
  readonly questionCount: number;
  readonly answerCount: number;
  readonly authorityCount: number;
  readonly additionalCount: number;
}

const QR = 0x8000;
const AA = 0x0400;
const TC = 0x0200;
const RD = 0x0100;
const RA = 0x0080;
const AD = 0x0020;
const CD = 0x0010;

/** Reads the header of a packet that has at least twelve octets. */
export function readHeader(packet: Buffer): Header {
  const flags = packet.readUInt16BE(2);
  return {
    id: packet.readUInt16BE(0),
    response: (flags & QR) !== 0,
    opcode: (flags >> 11) & 0xf,
    authoritative: (flags & AA) !== 0,
    truncated: (flags & TC) !== 0,
    recursionDesired: (flags & RD) !== 0,
    recursionAvailable: (flags & RA) !== 0,
    authenticData: (flags & AD) !== 0,
    checkingDisabled: (flags & CD) !== 0,
    rcode: flags & 0xf,
    questionCount: packet.readUInt16BE(4),
    answerCount: packet.readUInt16BE(6),
    authorityCount: packet.readUInt16BE(8),
    additionalCount: packet.readUInt16BE(10),
  };
}

/** How many entries each section has. */
export type SectionCounts = Pick<Header, 'questionCount' | 'answerCount' | 'authorityCount' | 'additionalCount'>;

/** Writes the header into the first twelve octets of `into`. */
export function writeHeader(into: Buffer, header: Flags, counts: SectionCounts, truncated: boolean): void {
  const flags =
    (header.response ? QR : 0) |
    (header.opcode << 11) |
    (header.authoritative ? AA : 0) |
    (truncated ? TC : 0) |
    (header.recursionDesired ? RD : 0) |
    (header.recursionAvailable ? RA : 0) |
    (header.authenticData ? AD : 0) |
    (header.checkingDisabled ? CD : 0) |
    (header.rcode & 0xf);
  into.writeUInt16BE(header.id, 0);
  into.writeUInt16BE(flags, 2);
  into.writeUInt16BE(counts.questionCount, 4);
  into.writeUInt16BE(counts.answerCount, 6);
  into.writeUInt16BE(counts.authorityCount, 8);
  into.writeUInt16BE(counts.additionalCount, 10);
}
