import * as dnsPacket from 'dns-packet';
import { className, recordTypes } from './codes.ts';
import { expandNames } from './expand-names.ts';
import { MAX_TTL_SECONDS } from './limits.ts';
import { MalformedPacket } from './malformed.ts';
import type { Name, ResourceRecord } from './message.ts';
import { readName } from './name-reader.ts';
import { readText } from './octets.ts';

/** What precedes a record's data, and where in `packet` the data are; they have been checked to lie inside of it. */
export interface RecordFrame {
  readonly packet: Buffer;
  readonly name: Name;
  readonly typeCode: number;
  readonly classCode: number;
  /** The raw 32 bits: flags in an OPT record. */
  readonly ttl: number;
  /** Offset of the first octet of the data; their length, RDLENGTH, is in the two octets before it. */
  readonly start: number;
  /** Offset after the last octet of the data. */
  readonly end: number;
}

const IN = 1;

/**
 * The record that a frame and its data make. Data must fill their RDLENGTH exactly: what a reader makes of a record
 * must not depend on what happens to follow it. Names are read here; dns-packet, whose names do not survive dots and
 * binary labels, reads what has none.
 * @throws MalformedPacket
 */
export function readRecord(frame: RecordFrame): ResourceRecord {
  const { packet, start, typeCode } = frame;
  const { name } = frame;
  const recordClass = className(frame.classCode);
  const ttl = frame.ttl > MAX_TTL_SECONDS ? 0 : frame.ttl;
  switch (typeCode) {
    case recordTypes.A:
      if (frame.classCode !== IN) break;
      expectEnd(frame, start + 4);
      return { name, class: recordClass, ttl, type: 'A', address: dnsPacket.a.decode(packet, start - 2) };
    case recordTypes.AAAA:
      if (frame.classCode !== IN) break;
      expectEnd(frame, start + 16);
      return { name, class: recordClass, ttl, type: 'AAAA', address: dnsPacket.aaaa.decode(packet, start - 2) };
    case recordTypes.NS:
      return { name, class: recordClass, ttl, type: 'NS', target: lastName(frame, start) };
    case recordTypes.CNAME:
      return { name, class: recordClass, ttl, type: 'CNAME', target: lastName(frame, start) };
    case recordTypes.PTR:
      return { name, class: recordClass, ttl, type: 'PTR', target: lastName(frame, start) };
    case recordTypes.MX:
      expectRoom(frame, 3);
      return {
        name,
        class: recordClass,
        ttl,
        type: 'MX',
        preference: packet.readUInt16BE(start),
        exchange: lastName(frame, start + 2),
      };
    case recordTypes.SRV:
      expectRoom(frame, 7);
      return {
        name,
        class: recordClass,
        ttl,
        type: 'SRV',
        priority: packet.readUInt16BE(start),
        weight: packet.readUInt16BE(start + 2),
        port: packet.readUInt16BE(start + 4),
        target: lastName(frame, start + 6),
      };
    case recordTypes.TXT:
      return { name, class: recordClass, ttl, type: 'TXT', strings: readStrings(frame) };
    case recordTypes.HINFO: {
      const [cpu, os, ...rest] = readStrings(frame);
      if (cpu === undefined || os === undefined || rest.length > 0) throw badData(frame);
      return { name, class: recordClass, ttl, type: 'HINFO', cpu, os };
    }
    case recordTypes.SOA:
      return { name, class: recordClass, ttl, type: 'SOA', ...readSoa(frame) };
    default:
  }
  return { name, class: recordClass, ttl, type: 'UNKNOWN', typeCode, data: expandNames(frame) };
}

function readSoa(frame: RecordFrame) {
  const { packet } = frame;
  const mname = readName(packet, frame.start);
  const rname = readName(packet, mname.end);
  const at = rname.end;
  expectEnd(frame, at + 20);
  return {
    mname: mname.name,
    rname: rname.name,
    serial: packet.readUInt32BE(at),
    refresh: packet.readUInt32BE(at + 4),
    retry: packet.readUInt32BE(at + 8),
    expire: packet.readUInt32BE(at + 12),
    minimum: packet.readUInt32BE(at + 16),
  };
}

/** The character-strings that fill the data: one at least (RFC 1035 section 3.3.14). */
function readStrings(frame: RecordFrame): readonly string[] {
  const { packet, start, end } = frame;
  for (let at = start; at !== end; at += 1 + (packet[at] ?? 0)) if (at > end) throw badData(frame);
  if (start === end) throw badData(frame);
  return dnsPacket.txt.decode(packet, start - 2).map((octets) => readText(octets, 0, octets.length));
}

function lastName(frame: RecordFrame, at: number): Name {
  const { name, end } = readName(frame.packet, at);
  expectEnd(frame, end);
  return name;
}

function expectRoom(frame: RecordFrame, octets: number): void {
  if (frame.start + octets > frame.end) throw badData(frame);
}

function expectEnd(frame: RecordFrame, end: number): void {
  if (end !== frame.end) throw badData(frame);
}

function badData(frame: RecordFrame): MalformedPacket {
  return new MalformedPacket('record', `the data at ${frame.start} do not have the shape of type ${frame.typeCode}`);
}
