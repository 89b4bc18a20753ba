import type { QuestionType, RecordClass } from './codes.ts';

/**
 * A domain name's labels, the most specific first, without the root: the root is `[]`. A label is text: its octets read
 * as UTF-8, an octet 0x80 to 0xFF that is not part of UTF-8 as the lone surrogate U+DC80 to U+DCFF. So every label that
 * can be on the wire, dots and binary included, has exactly one text, and goes back to the same octets. The case is
 * kept as it came; names are compared without regard to ASCII case (RFC 4343).
 */
export type Name = readonly string[];

export interface Question {
  readonly name: Name;
  readonly type: QuestionType;
  readonly class: RecordClass;
}

interface RecordBase {
  readonly name: Name;
  readonly class: RecordClass;
  /** Seconds, 0 to 2147483647; larger values on the wire are read as 0 (RFC 2181 section 8). */
  readonly ttl: number;
}

export interface ARecord extends RecordBase {
  readonly type: 'A';
  /** Dotted, `192.0.2.1`. */
  readonly address: string;
}

export interface AaaaRecord extends RecordBase {
  readonly type: 'AAAA';
  /** As RFC 5952 writes it when it was decoded, `2001:db8::1`; in any form to encode it. */
  readonly address: string;
}

export interface NsRecord extends RecordBase {
  readonly type: 'NS';
  readonly target: Name;
}

export interface CnameRecord extends RecordBase {
  readonly type: 'CNAME';
  readonly target: Name;
}

export interface PtrRecord extends RecordBase {
  readonly type: 'PTR';
  readonly target: Name;
}

export interface MxRecord extends RecordBase {
  readonly type: 'MX';
  readonly preference: number;
  readonly exchange: Name;
}

export interface SrvRecord extends RecordBase {
  readonly type: 'SRV';
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: Name;
}

export interface TxtRecord extends RecordBase {
  readonly type: 'TXT';
  /**
   * Text as in `Name`. A string over 255 octets is encoded as several (RFC 1035 section 3.3.14); no strings at all are
   * encoded as one empty string, because a TXT record has at least one.
   */
  readonly strings: readonly string[];
}

export interface HinfoRecord extends RecordBase {
  readonly type: 'HINFO';
  readonly cpu: string;
  readonly os: string;
}

export interface SoaRecord extends RecordBase {
  readonly type: 'SOA';
  readonly mname: Name;
  /** The mailbox as a name: `['hostmaster', 'example', 'org']`. */
  readonly rname: Name;
  readonly serial: number;
  /** Seconds, as are the three that follow. */
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}

/** Any other type: its data are octets that are passed on unread (RFC 3597). */
export interface UnknownRecord extends RecordBase {
  readonly type: 'UNKNOWN';
  readonly typeCode: number;
  readonly data: Uint8Array;
}

/** One resource record. The pseudo-record OPT is not among them: see `Message.edns`. */
export type ResourceRecord =
  | ARecord
  | AaaaRecord
  | NsRecord
  | CnameRecord
  | PtrRecord
  | MxRecord
  | SrvRecord
  | TxtRecord
  | HinfoRecord
  | SoaRecord
  | UnknownRecord;

export interface EdnsOption {
  readonly code: number;
  readonly data: Uint8Array;
}

/** EDNS (RFC 6891): the OPT record, without its part of the response code, which is in `Message.rcode`. */
export interface Edns {
  readonly version: number;
  /** Largest UDP payload that the sender can take, in octets: at least 512 when decoded (section 6.2.3). */
  readonly udpSize: number;
  readonly dnssecOk: boolean;
  readonly options: readonly EdnsOption[];
}

export interface Message {
  /** 0 to 65535. */
  readonly id: number;
  /** QR: false for a query. */
  readonly response: boolean;
  readonly opcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  /** 0 to 4095: with EDNS all 12 bits, without it the lower 4. */
  readonly rcode: number;
  /** As many as the packet has: a server answers FORMERR unless it is one (RFC 9619). */
  readonly questions: readonly Question[];
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
  readonly edns?: Edns;
}

/**
 * - `short-header`: fewer than 12 octets.
 * - `counts`: the header promises more questions and records than the octets can hold.
 * - `name`: a name runs over the end, loops, or is longer than DNS allows.
 * - `record`: a record runs over the end, or its data do not have the shape of its type.
 * - `edns`: more than one OPT record, one that is not in the additional section or not at the root, or broken options.
 * - `response`: a response where a request was expected; not read.
 * - `opcode`: a request whose operation gives the sections another meaning (UPDATE, DSO, ...), which is not read.
 */
export type DecodeErrorCode = 'short-header' | 'counts' | 'name' | 'record' | 'edns' | 'response' | 'opcode';

export interface DecodeError {
  readonly code: DecodeErrorCode;
  /** A sentence for logs; says where in the packet. */
  readonly message: string;
  /**
   * What a server answers: FORMERR, or for `opcode` NOTIMP, with OPT where the packet has it (BADVERS when its version is
   * another), with the packet's ID and no question. Absent for packets that must not be answered: those without a
   * header, and responses.
   */
  readonly reply?: Message;
}

/**
 * - `name`: a label of no or more than 63 octets, a name of more than 255, or text that no octets stand for.
 * - `record`: a field out of range, no address, or data of more than 65535 octets.
 * - `header`: a header field out of range, or a response code above 15 without EDNS.
 * - `limit`: not even the header, the questions and the OPT record fit.
 */
export type EncodeErrorCode = 'name' | 'record' | 'header' | 'limit';

export interface EncodeError {
  readonly code: EncodeErrorCode;
  /** A sentence for logs that names the record. */
  readonly message: string;
}
