import { parseIpv4, parseIpv6 } from './address.ts';
import { type QuestionType, type RecordClass, typeCode } from './codes.ts';
import type { Name, ResourceRecord } from './message.ts';
import { parseName } from './name-text.ts';
import { failure, type Result, success } from './result.ts';
import type { Token } from './tokenize.ts';

/** The fields of a record's data and how many of them have been read. */
export interface DataReader {
  readonly tokens: readonly Token[];
  at: number;
}

export interface RecordStart {
  readonly name: Name;
  readonly class: RecordClass;
  readonly ttl: number;
}

/** Thrown and caught in this file only. */
class InvalidData extends Error {
  override readonly name = 'InvalidData';
}

/** The record that `start`, its type and the fields of its data make; every field must be used. */
export function parseData(start: RecordStart, type: QuestionType, reader: DataReader): Result<ResourceRecord, string> {
  try {
    const record = readRecord(start, type, reader);
    const left = reader.tokens[reader.at];
    return left === undefined ? success(record) : failure(`${type} has no field for "${left.raw}"`);
  } catch (error) {
    if (error instanceof InvalidData) return failure(`${type}: ${error.message}`);
    throw error;
  }
}

function readRecord(start: RecordStart, type: QuestionType, reader: DataReader): ResourceRecord {
  if (reader.tokens[0]?.raw === '\\#') {
    return { ...start, type: 'UNKNOWN', typeCode: typeCode(type), data: readGeneric(reader) };
  }
  switch (type) {
    case 'A':
      return { ...start, type, address: readAddress(reader, parseIpv4) };
    case 'AAAA':
      return { ...start, type, address: readAddress(reader, parseIpv6) };
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return { ...start, type, target: readName(reader) };
    case 'MX':
      return { ...start, type, preference: readNumber(reader, 0xffff), exchange: readName(reader) };
    case 'SRV':
      return {
        ...start,
        type,
        priority: readNumber(reader, 0xffff),
        weight: readNumber(reader, 0xffff),
        port: readNumber(reader, 0xffff),
        target: readName(reader),
      };
    case 'TXT':
      return { ...start, type, strings: [next(reader).text, ...rest(reader).map(({ text }) => text)] };
    case 'HINFO':
      return { ...start, type, cpu: next(reader).text, os: next(reader).text };
    case 'SOA':
      return { ...start, type, mname: readName(reader), rname: readName(reader), ...readTimes(reader) };
    case 'OPT':
    case 'IXFR':
    case 'AXFR':
    case 'ANY':
    default:
      throw new InvalidData('data of this type are written as \\# length octets');
  }
}

function readTimes(reader: DataReader) {
  const read = () => readNumber(reader, 0xffff_ffff);
  return { serial: read(), refresh: read(), retry: read(), expire: read(), minimum: read() };
}

function readAddress(reader: DataReader, parse: (text: string) => readonly number[] | undefined): string {
  const { raw } = next(reader);
  if (parse(raw) === undefined) throw new InvalidData(`"${raw}" is no address`);
  return raw;
}

function readName(reader: DataReader): Name {
  const { raw } = next(reader);
  const name = parseName(raw);
  if (!name.ok) throw new InvalidData(`the name ${raw}: ${name.error}`);
  return name.value;
}

function readNumber(reader: DataReader, maximum: number): number {
  const { raw } = next(reader);
  const value = /^\d{1,10}$/.test(raw) ? Number(raw) : Number.NaN;
  if (!(value <= maximum)) throw new InvalidData(`"${raw}" is no number from 0 to ${maximum}`);
  return value;
}

/** Data of any type, `\# length hexadecimal` (RFC 3597 section 5). */
function readGeneric(reader: DataReader): Uint8Array {
  reader.at++;
  const length = readNumber(reader, 0xffff);
  const hex = rest(reader)
    .map(({ raw }) => raw)
    .join('');
  if (!/^(?:[0-9a-f]{2})*$/i.test(hex) || hex.length !== 2 * length) {
    throw new InvalidData(`"${hex}" is not ${length} octets in hexadecimal`);
  }
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

function next(reader: DataReader): Token {
  const token = reader.tokens[reader.at++];
  if (token === undefined) throw new InvalidData('a field is missing');
  return token;
}

function rest(reader: DataReader): readonly Token[] {
  const tokens = reader.tokens.slice(reader.at);
  reader.at = reader.tokens.length;
  return tokens;
}
