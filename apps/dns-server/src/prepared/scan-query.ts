import { MAX_NAME_OCTETS, OptionCode } from '@wharf/dns-wire';
import { lowerCaseOctet } from '../records/name-hash.ts';
import { STUB_OPTION_CODE } from '../upstream/stub-option.ts';

/** RFC 1035, section 4.1.1. */
const HEADER_OCTETS = 12;
const QR_AND_OPCODE = 0xf8;
const RD = 0x01;
/** Of class IN (section 3.2.4). */
const IN = 1;
/** RFC 6891, section 6.1.2: the root's octet, type, class, TTL, length of the data. */
const OPT = 41;
const OPT_OCTETS = 11;
const OPTION_HEADER_OCTETS = 4;

/** More labels than a name can have. */
const MAX_LABELS = 128;

/** What a packet asks, as offsets into it. One object is used for one packet after the other: nothing is made for each. */
export interface ScannedQuery {
  /** Where the header begins. */
  start: number;
  /** After the name's last octet, the root's. */
  nameEnd: number;
  /** The number of the type that is asked for. */
  type: number;
  /** Of the name, letters in lower case, and the type. */
  hash: number;
  /** How many labels the name has, the root not counted. */
  labelCount: number;
  /** Where each label begins, at its length octet, the leaf first. */
  readonly labelStarts: Uint16Array;
  /** RD (RFC 1035, section 4.1.1). */
  isRecursionDesired: boolean;
  hasEdns: boolean;
  /** DO (RFC 3225). */
  isDnssecOk: boolean;
  /** As the client says it, 0 without EDNS. */
  udpSize: number;
  /** Whether there is an option NSID (RFC 5001), and one for keepalive (RFC 7828). */
  hasNsid: boolean;
  hasKeepalive: boolean;
  /** Where the data of the first COOKIE option begin, and how many there are; -1 without one. */
  cookieAt: number;
  cookieOctets: number;
}

export function createScannedQuery(): ScannedQuery {
  return {
    start: 0,
    nameEnd: 0,
    type: 0,
    hash: 0,
    labelCount: 0,
    labelStarts: new Uint16Array(MAX_LABELS),
    isRecursionDesired: false,
    hasEdns: false,
    isDnssecOk: false,
    udpSize: 0,
    hasNsid: false,
    hasKeepalive: false,
    cookieAt: -1,
    cookieOctets: 0,
  };
}

/**
 * Looks at a packet, in one pass, and says whether it is a plain question: opcode QUERY, one question of class IN whose
 * name is not compressed, nothing else but perhaps one OPT record of version 0 whose options are whole, and not that of
 * stub zones. Options that are not told of are heeded by nobody. Everything else, the broken and the rare, is for the
 * decoder, which words the error.
 * @param start the packet is `octets[start]` to `octets[end - 1]`
 * @param seed of the hash
 */
export function scanQuery(octets: Uint8Array, start: number, end: number, seed: number, into: ScannedQuery): boolean {
  if (!hasPlainHeader(octets, start, end)) return false;
  const questionEnd = scanQuestion(octets, start, end, seed, into);
  if (questionEnd < 0) return false;
  into.isRecursionDesired = ((octets[start + 2] ?? 0) & RD) !== 0;
  into.hasEdns = octets[start + 11] === 1;
  into.isDnssecOk = false;
  into.udpSize = 0;
  into.hasNsid = false;
  into.hasKeepalive = false;
  into.cookieAt = -1;
  into.cookieOctets = 0;
  return !into.hasEdns || scanOpt(octets, questionEnd, end, into);
}

/** QR and opcode 0, one question, no answers, no authorities, at most one additional record. */
function hasPlainHeader(octets: Uint8Array, start: number, end: number): boolean {
  return (
    end - start > HEADER_OCTETS &&
    ((octets[start + 2] ?? 0) & QR_AND_OPCODE) === 0 &&
    uint16(octets, start + 4) === 1 &&
    uint16(octets, start + 6) === 0 &&
    uint16(octets, start + 8) === 0 &&
    uint16(octets, start + 10) <= 1
  );
}

/** @returns where the question ends; -1 when it is none for here */
function scanQuestion(octets: Uint8Array, start: number, end: number, seed: number, into: ScannedQuery): number {
  const nameStart = start + HEADER_OCTETS;
  let hash = seed;
  let labels = 0;
  let at = nameStart;
  for (;;) {
    const length = octets[at] ?? 0xff;
    if (length >= 0x40) return -1;
    hash = Math.imul(hash ^ length, FACTOR);
    if (length === 0) break;
    const labelEnd = at + 1 + length;
    if (labelEnd >= end || labelEnd - nameStart >= MAX_NAME_OCTETS) return -1;
    into.labelStarts[labels++] = at - start;
    for (at++; at < labelEnd; at++) hash = Math.imul(hash ^ lowerCaseOctet(octets[at] ?? 0), FACTOR);
  }
  const nameEnd = at + 1;
  if (nameEnd + 4 > end || uint16(octets, nameEnd + 2) !== IN) return -1;
  into.start = start;
  into.nameEnd = nameEnd;
  into.type = uint16(octets, nameEnd);
  into.labelCount = labels;
  into.hash = finishHash(hash ^ into.type);
  return nameEnd + 4;
}

/** FNV-1a's prime; the finish spreads what it leaves in the upper bits. */
const FACTOR = 0x0100_0193;

function finishHash(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b);
  return mixed ^ (mixed >>> 13);
}

function scanOpt(octets: Uint8Array, at: number, end: number, into: ScannedQuery): boolean {
  if (at + OPT_OCTETS > end || octets[at] !== 0 || uint16(octets, at + 1) !== OPT) return false;
  const version = octets[at + 6];
  if (version !== 0) return false;
  into.udpSize = uint16(octets, at + 3);
  into.isDnssecOk = ((octets[at + 7] ?? 0) & 0x80) !== 0;
  const dataEnd = at + OPT_OCTETS + uint16(octets, at + 9);
  return dataEnd <= end && scanOptions(octets, at + OPT_OCTETS, dataEnd, into);
}

function scanOptions(octets: Uint8Array, start: number, end: number, into: ScannedQuery): boolean {
  for (let at = start; at < end; ) {
    if (at + OPTION_HEADER_OCTETS > end) return false;
    const code = uint16(octets, at);
    const data = at + OPTION_HEADER_OCTETS;
    at = data + uint16(octets, at + 2);
    if (at > end) return false;
    if (code === STUB_OPTION_CODE) return false;
    if (code === OptionCode.NSID) into.hasNsid = true;
    if (code === OptionCode.TCP_KEEPALIVE) into.hasKeepalive = true;
    if (code === OptionCode.COOKIE && into.cookieAt < 0) {
      into.cookieAt = data;
      into.cookieOctets = at - data;
    }
  }
  return true;
}

function uint16(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}
