import { className, Opcode, Rcode, typeName } from './codes.ts';
import { type OptRecord, readOpt } from './edns.ts';
import { findOpt, OPT } from './find-opt.ts';
import { type Header, readHeader } from './header.ts';
import { HEADER_OCTETS, SAFE_UDP_OCTETS } from './limits.ts';
import { MalformedPacket } from './malformed.ts';
import type { DecodeError, DecodeErrorCode, Message, Question, ResourceRecord } from './message.ts';
import { readName } from './name-reader.ts';
import { type RecordFrame, readRecord } from './record-data.ts';
import { failure, type Result, success } from './result.ts';

/** The least that a question (a root name, type, class) and a record (and TTL, RDLENGTH) take. */
export const MIN_QUESTION_OCTETS = 5;
export const MIN_RECORD_OCTETS = 11;

/**
 * How many questions and records together a request may have. Real ones have one question, and perhaps OPT, TSIG and a
 * record or two with NOTIFY and IXFR; reading a packet full of them would cost a server a hundred times a query.
 */
export const MAX_REQUEST_ENTRIES = 8;

/**
 * Reads a packet, which may be hostile: nothing is done for what the header promises and the octets do not hold, and
 * nothing is thrown. Octets after the last record are ignored. The message shares no memory with `bytes`.
 */
export function decodeMessage(bytes: Uint8Array): Result<Message, DecodeError> {
  return decode(bytes, true);
}

/**
 * What a server reads: as `decodeMessage`, but a response is refused by its header. A server has no use for one, and a
 * full one costs as much as a thousand queries.
 */
export function decodeRequest(bytes: Uint8Array): Result<Message, DecodeError> {
  return decode(bytes, false);
}

function decode(bytes: Uint8Array, mayBeResponse: boolean): Result<Message, DecodeError> {
  if (bytes.length < HEADER_OCTETS) {
    return failure({
      code: 'short-header',
      message: `the packet has ${bytes.length} octets, a header has ${HEADER_OCTETS}`,
    });
  }
  const packet = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(packet);
  if (header.response && !mayBeResponse) {
    return failure({ code: 'response', message: 'the packet is a response, which a server does not read' });
  }
  const problem = headerProblem(header, packet.length);
  if (problem !== undefined) return failure(withOpt(decodeError(header, ...problem), header, packet));
  try {
    return success(readBody(packet, header));
  } catch (error) {
    if (!(error instanceof MalformedPacket)) throw error;
    return failure(decodeError(header, error.code, error.message));
  }
}

/** Why the body is not even looked at; not thrown, because this is what floods of garbage cost. */
function headerProblem(header: Header, length: number): readonly [DecodeErrorCode, string] | undefined {
  if (!header.response && header.opcode !== Opcode.QUERY && header.opcode !== Opcode.NOTIFY) {
    return ['opcode', `requests with opcode ${header.opcode} are not read`];
  }
  const { questionCount, answerCount, authorityCount, additionalCount } = header;
  const recordCount = answerCount + authorityCount + additionalCount;
  const least = HEADER_OCTETS + questionCount * MIN_QUESTION_OCTETS + recordCount * MIN_RECORD_OCTETS;
  if (least > length) return ['counts', `the header promises at least ${least} octets, the packet has ${length}`];
  const entries = entriesOf(header);
  if (!header.response && entries > MAX_REQUEST_ENTRIES) {
    return ['counts', `the request has ${entries} questions and records, at most ${MAX_REQUEST_ENTRIES} are read`];
  }
  return undefined;
}

function entriesOf({ questionCount, answerCount, authorityCount, additionalCount }: Header): number {
  return questionCount + answerCount + authorityCount + additionalCount;
}

function readBody(packet: Buffer, header: Header): Message {
  const reader: Reader = { packet, at: HEADER_OCTETS, opt: undefined };
  const questions = times(header.questionCount, () => readQuestion(reader));
  const answers = readSection(reader, header.answerCount, false);
  const authorities = readSection(reader, header.authorityCount, false);
  const additionals = readSection(reader, header.additionalCount, true);
  const message: Message = {
    id: header.id,
    response: header.response,
    opcode: header.opcode,
    authoritative: header.authoritative,
    truncated: header.truncated,
    recursionDesired: header.recursionDesired,
    recursionAvailable: header.recursionAvailable,
    authenticData: header.authenticData,
    checkingDisabled: header.checkingDisabled,
    rcode: ((reader.opt?.extendedRcode ?? 0) << 4) | header.rcode,
    questions,
    answers,
    authorities,
    additionals,
  };
  return reader.opt === undefined ? message : { ...message, edns: reader.opt.edns };
}

interface Reader {
  readonly packet: Buffer;
  /** Offset of the next octet to read. */
  at: number;
  opt: OptRecord | undefined;
}

function readQuestion(reader: Reader): Question {
  const { packet } = reader;
  const { name, end } = readName(packet, reader.at);
  if (end + 4 > packet.length) throw new MalformedPacket('record', 'the question runs over the end of the packet');
  reader.at = end + 4;
  return { name, type: typeName(packet.readUInt16BE(end)), class: className(packet.readUInt16BE(end + 2)) };
}

function readSection(reader: Reader, count: number, mayHaveOpt: boolean): readonly ResourceRecord[] {
  const records: ResourceRecord[] = [];
  for (let index = 0; index < count; index++) {
    const frame = readFrame(reader);
    if (frame.typeCode !== OPT) {
      records.push(readRecord(frame));
    } else if (!mayHaveOpt) {
      throw new MalformedPacket('edns', 'the OPT record is not in the additional section');
    } else if (reader.opt !== undefined) {
      throw new MalformedPacket('edns', 'the packet has more than one OPT record');
    } else {
      reader.opt = readOpt(frame);
    }
  }
  return records;
}

function readFrame(reader: Reader): RecordFrame {
  const { packet } = reader;
  const { name, end } = readName(packet, reader.at);
  const start = end + 10;
  const dataEnd = start <= packet.length ? start + packet.readUInt16BE(end + 8) : Number.POSITIVE_INFINITY;
  if (dataEnd > packet.length) {
    throw new MalformedPacket('record', `the record at ${reader.at} runs over the end of the packet`);
  }
  reader.at = dataEnd;
  const typeCode = packet.readUInt16BE(end);
  const classCode = packet.readUInt16BE(end + 2);
  return { packet, name, typeCode, classCode, ttl: packet.readUInt32BE(end + 4), start, end: dataEnd };
}

function decodeError(header: Header, code: DecodeErrorCode, message: string): DecodeError {
  if (header.response) return { code, message };
  const reply: Message = {
    id: header.id,
    response: true,
    opcode: header.opcode,
    authoritative: false,
    truncated: false,
    recursionDesired: header.recursionDesired,
    recursionAvailable: false,
    authenticData: false,
    checkingDisabled: header.checkingDisabled,
    rcode: code === 'opcode' ? Rcode.NOTIMP : Rcode.FORMERR,
    questions: [],
    answers: [],
    authorities: [],
    additionals: [],
  };
  return { code, message, reply };
}

/**
 * To a request with OPT that is not read because of its opcode, the reply has one as well (RFC 6891 section 6.1.1), and
 * says BADVERS first of all (section 6.1.3).
 */
function withOpt(error: DecodeError, header: Header, packet: Buffer): DecodeError {
  if (error.code !== 'opcode' || error.reply === undefined || entriesOf(header) > MAX_REQUEST_ENTRIES) return error;
  const opt = findOpt(packet, header);
  if (opt === undefined) return error;
  const rcode = opt.version === 0 ? error.reply.rcode : Rcode.BADVERS;
  const edns = { version: 0, udpSize: SAFE_UDP_OCTETS, dnssecOk: opt.dnssecOk, options: [] };
  return { ...error, reply: { ...error.reply, rcode, edns } };
}

function times<Value>(count: number, make: () => Value): readonly Value[] {
  return Array.from({ length: count }, make);
}
