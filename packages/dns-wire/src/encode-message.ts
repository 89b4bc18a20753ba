import { typeCode } from './codes.ts';
import { writeHeader } from './header.ts';
import { HEADER_OCTETS, MAX_MESSAGE_OCTETS } from './limits.ts';
import { UnencodableMessage } from './malformed.ts';
import type { Edns, EncodeError, Message, ResourceRecord } from './message.ts';
import { sameName } from './name.ts';
import { createPacketWriter, type PacketWriter } from './packet-writer.ts';
import { failure, type Result, success } from './result.ts';
import { typeCodeOf, writeQuestion, writeRecord } from './write-record.ts';

export interface EncodeOptions {
  /** The packet has at most so many octets, 65535 at most; 65535 when absent. */
  readonly limit?: number;
}

const OPT = 41;
const OPT_OCTETS = 11;

/**
 * Writes a message, compressed, in at most `limit` octets. What does not fit is left out as RFC 2181 section 9 wants it:
 * - of the additional section, whole RRsets, and nobody is told;
 * - of answer and authority, the records from the first that does not fit on, with all that would follow, and TC is set.
 * The header, the questions and the OPT record, which comes last, are always there. A record that cannot be expressed
 * (see `EncodeErrorCode`) is an error, never a corrupt packet.
 */
export function encodeMessage(message: Message, options: EncodeOptions = {}): Result<Buffer, EncodeError> {
  try {
    return success(writeMessage(message, Math.min(options.limit ?? MAX_MESSAGE_OCTETS, MAX_MESSAGE_OCTETS)));
  } catch (error) {
    if (!(error instanceof UnencodableMessage)) throw error;
    return failure({ code: error.code, message: error.message });
  }
}

function writeMessage(message: Message, limit: number): Buffer {
  checkHeader(message);
  const writer = createPacketWriter(HEADER_OCTETS);
  for (const question of message.questions) {
    writeQuestion(writer, question, typeCode(question.type));
    expectLength(writer, limit);
  }
  const room = limit - ednsLength(message.edns);
  expectLength(writer, room);
  const answerCount = writeWhatFits(writer, message.answers, room);
  const answersFit = answerCount === message.answers.length;
  const authorityCount = answersFit ? writeWhatFits(writer, message.authorities, room) : 0;
  const requiredFit = answersFit && authorityCount === message.authorities.length;
  let additionalCount = requiredFit ? writeWholeSets(writer, message.additionals, room) : 0;
  if (message.edns !== undefined) {
    writeOpt(writer, message.edns, message.rcode);
    additionalCount++;
  }
  const packet = writer.finish();
  const counts = { questionCount: message.questions.length, answerCount, authorityCount, additionalCount };
  writeHeader(packet, message, counts, message.truncated || !requiredFit);
  return packet;
}

/** Writes records up to the first that goes beyond `room`, and returns how many they are. */
function writeWhatFits(writer: PacketWriter, records: readonly ResourceRecord[], room: number): number {
  let count = 0;
  for (const record of records) {
    if (!fits(writer, [record], room)) break;
    count++;
  }
  return count;
}

/** Writes those RRsets that fit into `room` whole, and returns how many records they have. */
function writeWholeSets(writer: PacketWriter, records: readonly ResourceRecord[], room: number): number {
  let count = 0;
  for (const set of recordSets(records)) {
    if (fits(writer, set, room)) count += set.length;
  }
  return count;
}

/** Writes `records` if all of them stay within `room`, and none of them otherwise. */
function fits(writer: PacketWriter, records: readonly ResourceRecord[], room: number): boolean {
  const before = writer.length;
  for (const record of records) {
    writeRecord(writer, record);
    if (writer.length > room) {
      writer.rewind(before);
      return false;
    }
  }
  return true;
}

/** The RRsets among `records`: neighbours with one owner, class and type. */
function recordSets(records: readonly ResourceRecord[]): readonly (readonly ResourceRecord[])[] {
  const sets: ResourceRecord[][] = [];
  let previous: ResourceRecord | undefined;
  for (const record of records) {
    if (previous !== undefined && isSameSet(previous, record)) sets.at(-1)?.push(record);
    else sets.push([record]);
    previous = record;
  }
  return sets;
}

function isSameSet(one: ResourceRecord, other: ResourceRecord): boolean {
  return one.class === other.class && typeCodeOf(one) === typeCodeOf(other) && sameName(one.name, other.name);
}

function ednsLength(edns: Edns | undefined): number {
  if (edns === undefined) return 0;
  return edns.options.reduce((length, option) => length + 4 + option.data.length, OPT_OCTETS);
}

function writeOpt(writer: PacketWriter, edns: Edns, rcode: number): void {
  writer.uint8(0);
  writer.uint16(OPT);
  writer.uint16(edns.udpSize);
  writer.uint8(rcode >> 4);
  writer.uint8(edns.version);
  writer.uint16(edns.dnssecOk ? 0x8000 : 0);
  writer.uint16(ednsLength(edns) - OPT_OCTETS);
  for (const { code, data } of edns.options) {
    writer.uint16(code);
    writer.uint16(data.length);
    writer.octets(data);
  }
}

function checkHeader(message: Message): void {
  const { id, opcode, rcode, edns, questions } = message;
  expectInteger('ID', id, 0xffff);
  expectInteger('opcode', opcode, 0xf);
  expectInteger('response code', rcode, edns === undefined ? 0xf : 0xfff);
  expectInteger('number of questions', questions.length, 0xffff);
  expectInteger('EDNS version', edns?.version ?? 0, 0xff);
  expectInteger('EDNS UDP size', edns?.udpSize ?? 0, 0xffff);
  for (const { code } of edns?.options ?? []) expectInteger('EDNS option code', code, 0xffff);
}

function expectInteger(what: string, value: number, maximum: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= maximum) return;
  throw new UnencodableMessage('header', `the ${what} is ${value}, which is not a whole number from 0 to ${maximum}`);
}

function expectLength(writer: PacketWriter, limit: number): void {
  if (writer.length <= limit) return;
  throw new UnencodableMessage('limit', 'the header, the questions and the OPT record do not fit into the limit');
}
