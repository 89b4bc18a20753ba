import { SAFE_UDP_OCTETS, unreadableRcode } from '@wharf/dns-wire';
import type { ScannedQuery } from './scan-query.ts';

const HEADER_OCTETS = 12;
const QUESTION_TAIL_OCTETS = 4;
const QR = 0x80;
const OPCODE_AND_RD = 0x79;
const RD = 0x01;
const CD = 0x10;
const OPT = 41;
const DO = 0x80;

/** Of the OPT record without options. */
export const OPT_OCTETS = 11;

/**
 * Makes a kept reply, which was copied to `into[at]`, the reply to this query: its ID, its RD and CD, its question in its
 * case (RFC 1035, section 4.1.1; RFC 4035, section 3.2.2).
 */
export function addressReply(packet: Uint8Array, query: ScannedQuery, into: Buffer, at: number): void {
  const { start, nameEnd } = query;
  into[at] = packet[start] ?? 0;
  into[at + 1] = packet[start + 1] ?? 0;
  into[at + 2] = (into[at + 2] ?? 0) | ((packet[start + 2] ?? 0) & RD);
  into[at + 3] = (into[at + 3] ?? 0) | ((packet[start + 3] ?? 0) & CD);
  copyOctets(packet, start + HEADER_OCTETS, nameEnd, into, at + HEADER_OCTETS);
}

/** Writes header and question of a reply whose header is otherwise that of `head`. */
export function writeHead(head: Uint8Array, packet: Uint8Array, query: ScannedQuery, into: Buffer, at: number): number {
  copyOctets(head, 0, HEADER_OCTETS, into, at);
  addressReply(packet, query, into, at);
  const nameEnd = query.nameEnd - query.start;
  copyOctets(packet, query.nameEnd, query.nameEnd + QUESTION_TAIL_OCTETS, into, at + nameEnd);
  return nameEnd + QUESTION_TAIL_OCTETS;
}

/**
 * Appends the OPT record (RFC 6891, section 6.1.1) with DO as in the query (RFC 3225, section 3), counted in the header
 * at `start`; room for `optionOctets` of options is left behind it.
 */
export function appendOpt(query: ScannedQuery, into: Buffer, start: number, end: number, optionOctets: number): void {
  const count = (((into[start + 10] ?? 0) << 8) | (into[start + 11] ?? 0)) + 1;
  into[start + 10] = count >> 8;
  into[start + 11] = count & 0xff;
  into[end] = 0;
  into[end + 1] = 0;
  into[end + 2] = OPT;
  into[end + 3] = SAFE_UDP_OCTETS >> 8;
  into[end + 4] = SAFE_UDP_OCTETS & 0xff;
  into[end + 5] = 0;
  into[end + 6] = 0;
  into[end + 7] = query.isDnssecOk ? DO : 0;
  into[end + 8] = 0;
  into[end + 9] = optionOctets >> 8;
  into[end + 10] = optionOctets & 0xff;
}

/**
 * Writes the reply to what cannot be read: a header alone.
 * @returns how many octets it has; 0 when there is none, or only the decoder knows it
 */
export function writeUnreadable(packet: Uint8Array, start: number, end: number, into: Buffer, at: number): number {
  const rcode = unreadableRcode(packet, start, end);
  if (rcode === undefined) return 0;
  into[at] = packet[start] ?? 0;
  into[at + 1] = packet[start + 1] ?? 0;
  into[at + 2] = QR | ((packet[start + 2] ?? 0) & OPCODE_AND_RD);
  into[at + 3] = ((packet[start + 3] ?? 0) & CD) | rcode;
  into.fill(0, at + 4, at + HEADER_OCTETS);
  return HEADER_OCTETS;
}

/** For runs so short that a call into the runtime would cost more. */
function copyOctets(from: Uint8Array, start: number, end: number, into: Uint8Array, at: number): void {
  for (let offset = 0; offset < end - start; offset++) into[at + offset] = from[start + offset] ?? 0;
}
