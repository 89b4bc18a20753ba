import { parseIpv4, parseIpv6 } from './address.ts';
import { classCode, recordTypes } from './codes.ts';
import { MAX_MESSAGE_OCTETS, MAX_STRING_OCTETS, MAX_TTL_SECONDS } from './limits.ts';
import { UnencodableMessage } from './malformed.ts';
import type { Question, ResourceRecord, SoaRecord } from './message.ts';
import { renderName } from './name-text.ts';
import { textLength } from './octets.ts';
import type { PacketWriter } from './packet-writer.ts';
import { splitText } from './split-text.ts';

/**
 * Writes one record, compressed where that is allowed: its owner and the names in data of the types of RFC 1035. The
 * target of SRV is not among them (RFC 2782, RFC 3597 section 4): readers that do not know SRV could not copy the record.
 * @throws UnencodableMessage
 */
export function writeRecord(writer: PacketWriter, record: ResourceRecord): void {
  try {
    writeFields(writer, record);
  } catch (error) {
    if (!(error instanceof UnencodableMessage)) throw error;
    throw new UnencodableMessage(
      error.code,
      `the ${record.type} record of ${renderName(record.name)}: ${error.message}`,
    );
  }
}

function writeFields(writer: PacketWriter, record: ResourceRecord): void {
  writer.name(record.name, true);
  writer.uint16(uint16(typeCodeOf(record), 'type'));
  writer.uint16(uint16(classCode(record.class), 'class'));
  writer.uint32(integer(record.ttl, MAX_TTL_SECONDS, 'TTL'));
  const lengthAt = writer.length;
  writer.uint16(0);
  writeData(writer, record);
  const dataLength = writer.length - lengthAt - 2;
  writer.patchUint16(integer(dataLength, MAX_MESSAGE_OCTETS, 'length of the data'), lengthAt);
}

/** The number of a record's type. */
export function typeCodeOf(record: ResourceRecord): number {
  return record.type === 'UNKNOWN' ? record.typeCode : recordTypes[record.type];
}

/** @throws UnencodableMessage */
export function writeQuestion(writer: PacketWriter, question: Question, type: number): void {
  writer.name(question.name, true);
  writer.uint16(uint16(type, 'type'));
  writer.uint16(uint16(classCode(question.class), 'class'));
}

function writeData(writer: PacketWriter, record: ResourceRecord): void {
  switch (record.type) {
    case 'A':
      writeAddress(writer, record.address, parseIpv4(record.address));
      return;
    case 'AAAA':
      writeAddress(writer, record.address, parseIpv6(record.address));
      return;
    case 'NS':
    case 'CNAME':
    case 'PTR':
      writer.name(record.target, true);
      return;
    case 'MX':
      writer.uint16(uint16(record.preference, 'preference'));
      writer.name(record.exchange, true);
      return;
    case 'SRV':
      writer.uint16(uint16(record.priority, 'priority'));
      writer.uint16(uint16(record.weight, 'weight'));
      writer.uint16(uint16(record.port, 'port'));
      writer.name(record.target, false);
      return;
    case 'TXT':
      writeStrings(writer, record.strings.length === 0 ? [''] : record.strings.flatMap(splitText));
      return;
    case 'HINFO':
      writeStrings(writer, [record.cpu, record.os]);
      return;
    case 'SOA':
      writeSoa(writer, record);
      return;
    case 'UNKNOWN':
      integer(record.data.length, MAX_MESSAGE_OCTETS, 'length of the data');
      writer.octets(record.data);
  }
}

function writeAddress(writer: PacketWriter, text: string, octets: readonly number[] | undefined): void {
  if (octets === undefined) throw new UnencodableMessage('record', `"${text}" is no address of this type`);
  for (const octet of octets) writer.uint8(octet);
}

function writeStrings(writer: PacketWriter, strings: readonly string[]): void {
  let total = 0;
  for (const text of strings) {
    const octets = textLength(text);
    if (octets < 0) throw new UnencodableMessage('record', 'a string has text that stands for no octets');
    total += 1 + integer(octets, MAX_STRING_OCTETS, 'length of a string');
    integer(total, MAX_MESSAGE_OCTETS, 'length of the data');
    writer.uint8(octets);
    writer.text(text);
  }
}

function writeSoa(writer: PacketWriter, soa: SoaRecord): void {
  writer.name(soa.mname, true);
  writer.name(soa.rname, true);
  for (const field of ['serial', 'refresh', 'retry', 'expire', 'minimum'] as const) {
    writer.uint32(integer(soa[field], 0xffff_ffff, field));
  }
}

function uint16(value: number, what: string): number {
  return integer(value, 0xffff, what);
}

function integer(value: number, maximum: number, what: string): number {
  if (Number.isInteger(value) && value >= 0 && value <= maximum) return value;
  throw new UnencodableMessage('record', `the ${what} is ${value}, which is not a whole number from 0 to ${maximum}`);
}
