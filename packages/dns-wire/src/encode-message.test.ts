import { decode } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { Rcode } from './codes.ts';
import { decodeMessage } from './decode-message.ts';
import { type EncodeOptions, encodeMessage } from './encode-message.ts';
import type { Message, ResourceRecord } from './message.ts';
import { parseZoneText } from './parse-zone.ts';
import { renderRecordText } from './render-record.ts';

const reply: Message = {
  id: 0x1234,
  response: true,
  opcode: 0,
  authoritative: true,
  truncated: false,
  recursionDesired: false,
  recursionAvailable: false,
  authenticData: false,
  checkingDisabled: false,
  rcode: Rcode.NOERROR,
  questions: [{ name: ['web', 'example', 'org'], type: 'SRV', class: 'IN' }],
  answers: [],
  authorities: [],
  additionals: [],
};
const edns = { version: 0, udpSize: 1_232, dnssecOk: false, options: [] };

function zone(...lines: readonly string[]): readonly ResourceRecord[] {
  const records = parseZoneText(lines.join('\n'));
  if (!records.ok) throw new Error(records.error);
  return records.value;
}

function encoded(message: Message, options?: EncodeOptions): Buffer {
  const result = encodeMessage(message, options);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function decoded(bytes: Buffer): Message {
  const result = decodeMessage(bytes);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('encodeMessage', () => {
  it('writes every flag to its own bit', () => {
    const word = (fields: Partial<Message>) =>
      encoded({ ...reply, response: false, authoritative: false, ...fields }).toString('hex', 2, 4);
    expect(word({ response: true })).toBe('8000');
    expect(word({ opcode: 4 })).toBe('2000');
    expect(word({ authoritative: true })).toBe('0400');
    expect(word({ truncated: true })).toBe('0200');
    expect(word({ recursionDesired: true })).toBe('0100');
    expect(word({ recursionAvailable: true })).toBe('0080');
    expect(word({ authenticData: true })).toBe('0020');
    expect(word({ checkingDisabled: true })).toBe('0010');
    expect(word({ rcode: 5 })).toBe('0005');
  });

  it('writes names once and points to them (RFC 1035 section 4.1.4)', () => {
    const bytes = encoded({
      ...reply,
      answers: zone('web.example.org. 60 CNAME www.example.org.', 'www.example.org. 60 A 192.0.2.1'),
      authorities: zone('example.org. 60 NS ns.example.org.'),
    });
    expect(bytes.toString('latin1').split('example').length - 1).toBe(1);
    expect(bytes.length).toBe(12 + 21 + (2 + 10 + 6) + (2 + 10 + 4) + (2 + 10 + 5));
  });

  it('does not compress the target of SRV (RFC 2782), but points into it', () => {
    const bytes = encoded({
      ...reply,
      answers: zone('web.example.org. 60 SRV 10 100 80 a.example.org.'),
      additionals: zone('a.example.org. 60 A 192.0.2.1'),
    });
    const target = '\u0001a\u0007example\u0003org\u0000';
    expect(bytes.toString('latin1')).toContain(target);
    expect(bytes.length).toBe(12 + 21 + (2 + 10 + 6 + target.length) + (2 + 10 + 4));
    expect(decoded(bytes).additionals).toEqual(zone('a.example.org. 60 A 192.0.2.1'));
  });

  it('keeps the case of each name, at the price of sharing only what is spelled alike (RFC 4343)', () => {
    const answers = zone('Web.EXAMPLE.org. 60 CNAME www.example.org.');
    expect(decoded(encoded({ ...reply, answers })).answers).toEqual(answers);
  });

  it('cannot be confused by labels that contain dots, lengths or other labels', () => {
    const names = [['a.b'], ['a', 'b'], ['1:a', 'b'], ['1:a1:b'], ['\u0001a\u0001b'], ['b'], ['B']];
    const answers = names.map((name): ResourceRecord => ({ type: 'NS', name, class: 'IN', ttl: 1, target: name }));
    expect(decoded(encoded({ ...reply, questions: [], answers })).answers).toEqual(answers);
  });

  it('points to nothing beyond the 14 bits of a pointer', () => {
    const filler: ResourceRecord = {
      type: 'UNKNOWN',
      typeCode: 65_280,
      name: [],
      class: 'IN',
      ttl: 1,
      data: new Uint8Array(16_340),
    };
    const late = zone('late.example.net. 1 NS ns.late.example.net.', 'late.example.net. 1 NS ns2.late.example.net.');
    const answers = [filler, ...late];
    expect(decoded(encoded({ ...reply, answers })).answers).toEqual(answers);
  });

  it('splits long text into strings of 255 octets, and writes one empty string for none', () => {
    const txt = (strings: readonly string[]): ResourceRecord => ({
      type: 'TXT',
      name: [],
      class: 'IN',
      ttl: 1,
      strings,
    });
    const strings = decoded(encoded({ ...reply, answers: [txt(['x'.repeat(600), 'y']), txt([])] })).answers;
    expect(strings).toEqual([txt(['x'.repeat(255), 'x'.repeat(255), 'x'.repeat(90), 'y']), txt([''])]);
  });

  it('puts the upper bits of the response code into OPT: BADVERS (RFC 6891 section 6.1.3)', () => {
    const bytes = encoded({ ...reply, rcode: Rcode.BADVERS, edns: { ...edns, dnssecOk: true } });
    expect(bytes.toString('hex').endsWith('00002904d0010080000000')).toBe(true);
    expect(bytes[3]).toBe(0);
    expect(decoded(bytes)).toMatchObject({ rcode: 16, edns: { version: 0, dnssecOk: true } });
  });

  it('gives a buffer of its own: the next message does not write over it', () => {
    const first = encoded(reply);
    const copy = Buffer.from(first);
    encoded({ ...reply, id: 1, questions: [{ name: ['zzz', 'zzzzzzz', 'zzz'], type: 'A', class: 'IN' }] });
    expect(first.equals(copy)).toBe(true);
  });
});

describe('encodeMessage of what does not fit (RFC 2181 section 9)', () => {
  const targets = ['a', 'b', 'c', 'd'];
  const answers = zone(...targets.map((target) => `web.example.org. 60 SRV 10 25 80 ${target}.example.org.`));
  const additionals = zone(
    ...targets.flatMap((target) => [1, 2].map((host) => `${target}.example.org. 60 A 192.0.2.${host}`)),
  );
  const full = { ...reply, answers, additionals, edns };
  const size = encoded(full).length;

  it('leaves out additional RRsets as wholes, and does not set TC', () => {
    const cut = decoded(encoded(full, { limit: size - 1 }));
    expect([cut.truncated, cut.answers, cut.additionals]).toEqual([false, answers, additionals.slice(0, 6)]);
  });

  it('keeps a smaller additional RRset that fits after one that does not', () => {
    const mixed = [...additionals.slice(0, 2), ...zone('d.example.org. 60 A 192.0.2.9')];
    const whole = encoded({ ...full, additionals: mixed }).length;
    expect(decoded(encoded({ ...full, additionals: mixed }, { limit: whole - 1 })).additionals).toEqual(
      mixed.slice(0, 2),
    );
    expect(decoded(encoded({ ...full, additionals: mixed }, { limit: whole - 17 })).additionals).toEqual(
      mixed.slice(2),
    );
  });

  it('sets TC when an answer is left out, and then sends neither authority nor additional records', () => {
    const authorities = zone('example.org. 60 NS ns.example.org.');
    const withoutExtras = encoded({ ...reply, answers, edns }).length;
    const cut = decoded(encoded({ ...full, authorities }, { limit: withoutExtras - 1 }));
    expect([cut.truncated, cut.answers, cut.authorities, cut.additionals]).toEqual([true, answers.slice(0, 3), [], []]);
  });

  it('sets TC when an authority record is left out', () => {
    const authorities = zone('example.org. 60 NS ns.example.org.');
    const withoutExtras = encoded({ ...reply, answers, edns }).length;
    const cut = decoded(encoded({ ...full, authorities }, { limit: withoutExtras + 5 }));
    expect([cut.truncated, cut.answers, cut.authorities, cut.additionals]).toEqual([true, answers, [], []]);
  });

  it('points to nothing that was taken back', () => {
    const lost = zone(`x.shared.example.org. 60 TXT ${'y'.repeat(100)}`);
    const after = zone('z.shared.example.org. 60 A 192.0.2.2');
    const message = { ...reply, additionals: [...lost, ...after] };
    const limit = encoded({ ...reply, additionals: after }).length;
    expect(decoded(encoded(message, { limit })).additionals).toEqual(after);
  });

  it('always keeps OPT, with its options', () => {
    const marked = { ...full, edns: { ...edns, options: [{ code: 15, data: Uint8Array.of(0, 3) }] } };
    for (let limit = 12 + 21 + 11 + 6; limit <= size + 6; limit++) {
      const bytes = encoded(marked, { limit });
      expect(bytes.length).toBeLessThanOrEqual(limit);
      expect(decoded(bytes).edns).toEqual(marked.edns);
    }
  });

  it('gives dns-packet something to read at every limit', () => {
    for (let limit = 12 + 21 + 11; limit <= size; limit++) {
      expect(decode(encoded(full, { limit })).questions).toHaveLength(1);
    }
  });

  it('refuses a limit that the question and OPT do not fit into', () => {
    expect(encodeMessage(full, { limit: 12 + 21 + 10 })).toMatchObject({ ok: false, error: { code: 'limit' } });
    expect(encodeMessage(reply, { limit: 12 + 20 })).toMatchObject({ ok: false, error: { code: 'limit' } });
  });

  it('never exceeds 65535 octets, which is all that a length over TCP can tell', () => {
    const data = new Uint8Array(20_000);
    const big = [1, 2, 3, 4].map(
      (ttl): ResourceRecord => ({ type: 'UNKNOWN', typeCode: 65_280, name: [], class: 'IN', ttl, data }),
    );
    const message = decoded(encoded({ ...reply, answers: big }));
    expect([message.truncated, message.answers.length]).toEqual([true, 3]);
  });
});

describe('encodeMessage of what cannot be expressed', () => {
  const owner = { name: ['web'], class: 'IN', ttl: 1 } as const;
  it.each<[string, Partial<Message>, string, string]>([
    [
      'a label of 64 octets',
      { answers: [{ ...owner, type: 'NS', target: ['x'.repeat(64)] }] },
      'name',
      'the NS record of web.: a label has 64 octets, 1 to 63 fit',
    ],
    [
      'an empty label',
      { answers: [{ ...owner, type: 'NS', target: ['a', '', 'b'] }] },
      'name',
      'the NS record of web.: a label has 0 octets, 1 to 63 fit',
    ],
    [
      'a name of 257 octets',
      { answers: [{ ...owner, name: Array<string>(128).fill('a'), type: 'A', address: '192.0.2.1' }] },
      'name',
      'a name has 257 octets, at most 255 fit',
    ],
    [
      'a name that is too long although its end is shared',
      {
        questions: [{ name: Array<string>(100).fill('a'), type: 'A', class: 'IN' }],
        answers: [
          { ...owner, name: ['x'.repeat(60), ...Array<string>(100).fill('a')], type: 'A', address: '192.0.2.1' },
        ],
      },
      'name',
      'a name has 262 octets, at most 255 fit',
    ],
    [
      'a huge label',
      { answers: [{ ...owner, type: 'NS', target: ['x'.repeat(1_000_000)] }] },
      'name',
      'a label has 1000000 octets',
    ],
    [
      'half of a surrogate pair',
      { answers: [{ ...owner, type: 'NS', target: ['\ud800'] }] },
      'name',
      'a label has text that stands for no octets',
    ],
    [
      'no IPv4 address',
      { answers: [{ ...owner, type: 'A', address: '256.0.0.1' }] },
      'record',
      '"256.0.0.1" is no address of this type',
    ],
    [
      'an address of the other family',
      { answers: [{ ...owner, type: 'AAAA', address: '192.0.2.1' }] },
      'record',
      '"192.0.2.1" is no address of this type',
    ],
    [
      'a port of 17 bits',
      { answers: [{ ...owner, type: 'SRV', priority: 0, weight: 0, port: 65_536, target: [] }] },
      'record',
      'the port is 65536',
    ],
    [
      'a fractional weight',
      { answers: [{ ...owner, type: 'SRV', priority: 0, weight: 0.5, port: 1, target: [] }] },
      'record',
      'the weight is 0.5',
    ],
    ['a negative TTL', { answers: [{ ...owner, ttl: -1, type: 'NS', target: [] }] }, 'record', 'the TTL is -1'],
    [
      'a HINFO string of 256 octets',
      { answers: [{ ...owner, type: 'HINFO', cpu: 'x'.repeat(256), os: '' }] },
      'record',
      'the length of a string is 256',
    ],
    [
      'more text than a record can hold',
      { answers: [{ ...owner, type: 'TXT', strings: ['x'.repeat(65_300)] }] },
      'record',
      'the length of the data is',
    ],
    [
      'more data than a record can hold',
      { answers: [{ ...owner, type: 'UNKNOWN', typeCode: 65_280, data: new Uint8Array(65_536) }] },
      'record',
      'the length of the data is 65536',
    ],
    ['BADVERS without EDNS', { rcode: 16 }, 'header', 'the response code is 16'],
    ['an ID of 17 bits', { id: 65_536 }, 'header', 'the ID is 65536'],
  ])('refuses %s, and names the record', (_, fields, code, text) => {
    const result = encodeMessage({ ...reply, ...fields });
    expect(result).toMatchObject({ ok: false, error: { code } });
    expect(result.ok ? '' : result.error.message).toContain(text);
  });

  it('is in order again after a message that it refused', () => {
    encodeMessage({ ...reply, answers: [{ ...owner, type: 'NS', target: ['x'.repeat(64)] }] });
    const answers = zone('web.example.org. 60 SRV 10 25 80 a.example.org.');
    expect(decoded(encoded({ ...reply, answers })).answers.map(renderRecordText)).toEqual(
      answers.map(renderRecordText),
    );
  });
});
