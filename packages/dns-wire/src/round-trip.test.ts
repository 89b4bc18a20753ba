import { type Answer, decode } from 'dns-packet';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { className, typeName } from './codes.ts';
import { decodeMessage } from './decode-message.ts';
import { encodeMessage } from './encode-message.ts';
import type { Message, Name, ResourceRecord } from './message.ts';
import { nameProblem } from './name.ts';
import { readText } from './octets.ts';
import { parseRecordText } from './parse-zone.ts';
import { renderRecordText } from './render-record.ts';

const uint16 = fc.integer({ min: 0, max: 0xffff });
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const asText = (octets: Uint8Array) => readText(octets, 0, octets.length);

/** Few and short ones, so that names share their ends, and any octets at all. */
const plainLabel = fc.constantFrom('a', 'b', 'web', 'example', 'org', 'A', 'caf\u00e9');
const anyLabel = fc.oneof(plainLabel, fc.uint8Array({ minLength: 1, maxLength: 63 }).map(asText));

function names(label: fc.Arbitrary<string>): fc.Arbitrary<Name> {
  return fc.array(label, { maxLength: 6 }).filter((name) => nameProblem(name) === undefined);
}

/** Records that come back exactly as they are: addresses in the decoder's form, strings that need no splitting. */
function records(label: fc.Arbitrary<string>, text: fc.Arbitrary<string>): fc.Arbitrary<ResourceRecord> {
  const name = names(label);
  const base = { name, ttl: fc.integer({ min: 0, max: 0x7fff_ffff }) };
  const inAnyClass = { ...base, class: fc.constantFrom(1, 3, 4, 42).map(className) };
  const inInternet = { ...base, class: fc.constant('IN' as const) };
  return fc.oneof(
    fc.record({ ...inInternet, type: fc.constant('A' as const), address: fc.ipV4() }),
    fc.record({
      ...inInternet,
      type: fc.constant('AAAA' as const),
      address: fc.constantFrom('::', '::1', '2001:db8::1', 'fe80::1:0:0:2', '1:2:3:4:5:6:7:8'),
    }),
    fc.record({ ...inAnyClass, type: fc.constantFrom('NS' as const, 'CNAME' as const, 'PTR' as const), target: name }),
    fc.record({ ...inAnyClass, type: fc.constant('MX' as const), preference: uint16, exchange: name }),
    fc.record({
      ...inAnyClass,
      type: fc.constant('SRV' as const),
      priority: uint16,
      weight: uint16,
      port: uint16,
      target: name,
    }),
    fc.record({
      ...inAnyClass,
      type: fc.constant('TXT' as const),
      strings: fc.array(text, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ ...inAnyClass, type: fc.constant('HINFO' as const), cpu: text, os: text }),
    fc.record({
      ...inAnyClass,
      type: fc.constant('SOA' as const),
      mname: name,
      rname: name,
      serial: uint32,
      refresh: uint32,
      retry: uint32,
      expire: uint32,
      minimum: uint32,
    }),
    fc.record({
      ...inAnyClass,
      type: fc.constant('UNKNOWN' as const),
      typeCode: fc.constantFrom(65, 64, 65_280),
      data: fc.uint8Array({ maxLength: 40 }),
    }),
  );
}

function messages(record: fc.Arbitrary<ResourceRecord>, label: fc.Arbitrary<string>): fc.Arbitrary<Message> {
  const flag = fc.boolean();
  const question = fc.record({
    name: names(label),
    type: fc.constantFrom(1, 33, 65, 255).map(typeName),
    class: fc.constant('IN' as const),
  });
  const option = fc.record({ code: fc.constantFrom(3, 10, 15, 65_001), data: fc.uint8Array({ maxLength: 20 }) });
  const edns = fc.record({
    version: fc.constant(0),
    udpSize: fc.integer({ min: 512, max: 0xffff }),
    dnssecOk: flag,
    options: fc.array(option, { maxLength: 2 }),
  });
  const section = fc.array(record, { maxLength: 6 });
  const whole = fc.record({
    id: uint16,
    response: fc.constant(true),
    opcode: fc.integer({ min: 0, max: 15 }),
    authoritative: flag,
    truncated: fc.constant(false),
    recursionDesired: flag,
    recursionAvailable: flag,
    authenticData: flag,
    checkingDisabled: flag,
    rcode: fc.integer({ min: 0, max: 15 }),
    questions: fc.array(question, { maxLength: 2 }),
    answers: section,
    authorities: section,
    additionals: section,
  });
  const extended = fc.tuple(whole, edns, fc.integer({ min: 0, max: 0xfff }));
  return fc.oneof(
    whole,
    extended.map(([message, edns, rcode]) => ({ ...message, edns, rcode })),
  );
}

const anyText = fc.uint8Array({ maxLength: 255 }).map(asText);
const anyMessage = messages(records(anyLabel, anyText), anyLabel);
const plainText = fc.constantFrom('', 'v=1', 'caf\u00e9');
const plainMessage = messages(records(plainLabel, plainText), plainLabel);

function encoded(message: Message, limit?: number): Buffer {
  const result = encodeMessage(message, limit === undefined ? {} : { limit });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('a message that was encoded', () => {
  it('is decoded to the same message', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(decodeMessage(encoded(message))).toEqual({ ok: true, value: message });
      }),
      { numRuns: 500 },
    );
  });

  it('says the same to dns-packet', () => {
    fc.assert(
      fc.property(plainMessage, (message) => {
        const theirs = decode(encoded(message));
        expect(theirs.questions?.map(({ name }) => name)).toEqual(message.questions.map(({ name }) => dotted(name)));
        expect(theirs.answers?.map(essence)).toEqual(message.answers.map(expectedEssence));
        expect(theirs.authorities?.map(essence)).toEqual(message.authorities.map(expectedEssence));
        const additionals = theirs.additionals?.filter(({ type }) => type !== 'OPT') ?? [];
        expect(additionals.map(essence)).toEqual(message.additionals.map(expectedEssence));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps to any limit, can be read, and sets TC exactly when an answer or authority record is missing', () => {
    fc.assert(
      fc.property(anyMessage, fc.double({ min: 0, max: 1, noNaN: true }), (message, share) => {
        const least = encoded({ ...message, answers: [], authorities: [], additionals: [] }).length;
        const limit = least + Math.floor((encoded(message).length - least) * share);
        const bytes = encoded(message, limit);
        expect(bytes.length).toBeLessThanOrEqual(limit);
        const result = decodeMessage(bytes);
        if (!result.ok) throw new Error(result.error.message);
        const cut = result.value;
        expect([cut.questions, cut.edns, cut.rcode]).toEqual([message.questions, message.edns, message.rcode]);
        expect(cut.answers).toEqual(message.answers.slice(0, cut.answers.length));
        expect(cut.authorities).toEqual(message.authorities.slice(0, cut.authorities.length));
        const complete =
          cut.answers.length === message.answers.length && cut.authorities.length === message.authorities.length;
        expect(cut.truncated).toBe(!complete);
        expect(complete ? [] : cut.additionals).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('decodeMessage', () => {
  it('makes a message or an error of anything, and the message can be encoded and read again', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(anyMessage, changes, fc.option(fc.nat(), { nil: undefined }), (message, octets, cut) => {
        const bytes = encoded(message);
        for (const [at, octet] of octets) bytes[at % bytes.length] = octet;
        const result = decodeMessage(cut === undefined ? bytes : bytes.subarray(0, cut % bytes.length));
        if (!result.ok) return;
        expect(decodeMessage(encoded(result.value))).toEqual(result);
      }),
      { numRuns: 3_000 },
    );
  });

  it('survives random octets after a plausible header', () => {
    const counts = fc.uint8Array({ minLength: 4, maxLength: 4, max: 3 });
    fc.assert(
      fc.property(counts, fc.uint8Array({ maxLength: 200 }), (sections, body) => {
        const header = [0, 1, 0x80, 0, ...[...sections].flatMap((count) => [0, count])];
        expect(typeof decodeMessage(Uint8Array.of(...header, ...body)).ok).toBe('boolean');
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('renderRecordText', () => {
  it('is read back by parseRecordText, whatever the names and texts are', () => {
    fc.assert(
      fc.property(records(anyLabel, anyText), (record) => {
        expect(parseRecordText(renderRecordText(record))).toEqual({ ok: true, value: record });
      }),
      { numRuns: 500 },
    );
  });
});

function dotted(name: Name): string {
  return name.length === 0 ? '.' : name.join('.');
}

/** What dns-packet made of a record, its class and the types that it has no fields for left out. */
function essence(answer: Answer): unknown {
  const ttl = 'ttl' in answer ? answer.ttl : undefined;
  const data = 'data' in answer ? answer.data : undefined;
  const strings = answer.type === 'TXT' && Array.isArray(data) ? data.map(String) : undefined;
  return { name: answer.name, ttl, data: Buffer.isBuffer(data) ? data.toString('hex') : (strings ?? data) };
}

function expectedEssence(record: ResourceRecord): unknown {
  return { name: dotted(record.name), ttl: record.ttl, data: expectedData(record) };
}

function expectedData(record: ResourceRecord): unknown {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.address;
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return dotted(record.target);
    case 'MX':
      return { preference: record.preference, exchange: dotted(record.exchange) };
    case 'SRV': {
      const { priority, weight, port, target } = record;
      return { priority, weight, port, target: dotted(target) };
    }
    case 'TXT':
      return record.strings;
    case 'HINFO':
      return { cpu: record.cpu, os: record.os };
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = record;
      return { mname: dotted(mname), rname: dotted(rname), serial, refresh, retry, expire, minimum };
    }
    case 'UNKNOWN':
      return Buffer.from(record.data).toString('hex');
    default:
      return record satisfies never;
  }
}
