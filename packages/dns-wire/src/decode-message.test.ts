import { encode } from 'dns-packet';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, decodeRequest, MAX_REQUEST_ENTRIES } from './decode-message.ts';
import type { DecodeError, Message } from './message.ts';

/** The octets of hexadecimal groups; `'text'` in between is that text with its length before it, as a label is. */
function packet(...groups: readonly string[]): Buffer {
  return Buffer.concat(
    groups.map((group) => {
      if (!group.startsWith("'")) return Buffer.from(group.replaceAll(' ', ''), 'hex');
      const text = Buffer.from(group.slice(1, -1));
      return Buffer.concat([Buffer.of(text.length), text]);
    }),
  );
}

const query = (counts: string) => `1234 0100 ${counts}`;
const response = (counts: string) => `1234 8400 ${counts}`;
const question = ["'web'", "'example'", '00 0001 0001'];

function decoded(bytes: Uint8Array): Message {
  const result = decodeMessage(bytes);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function refused(bytes: Uint8Array): DecodeError {
  const result = decodeMessage(bytes);
  if (result.ok) throw new Error('the packet was read');
  return result.error;
}

describe('decodeMessage', () => {
  it('reads a query', () => {
    expect(decoded(packet(query('0001 0000 0000 0000'), ...question))).toEqual({
      id: 0x1234,
      response: false,
      opcode: 0,
      authoritative: false,
      truncated: false,
      recursionDesired: true,
      recursionAvailable: false,
      authenticData: false,
      checkingDisabled: false,
      rcode: 0,
      questions: [{ name: ['web', 'example'], type: 'A', class: 'IN' }],
      answers: [],
      authorities: [],
      additionals: [],
    });
  });

  it('reads every flag from its own bit', () => {
    const flags = (word: string) => {
      const message = decoded(packet(`1234 ${word} 0000 0000 0000 0000`));
      return Object.entries(message)
        .filter(([, value]) => value === true)
        .map(([name]) => name);
    };
    expect(flags('8400')).toEqual(['response', 'authoritative']);
    expect(flags('8200')).toEqual(['response', 'truncated']);
    expect(flags('0100')).toEqual(['recursionDesired']);
    expect(flags('8080')).toEqual(['response', 'recursionAvailable']);
    expect(flags('0020')).toEqual(['authenticData']);
    expect(flags('0010')).toEqual(['checkingDisabled']);
  });

  it('keeps dots and octets that are not UTF-8 in labels, and the case', () => {
    const bytes = packet(query('0001 0000 0000 0000'), "'Dr. Smith'", '02 c3ff', "'EXAMPLE'", '00 0041 0001');
    expect(decoded(bytes).questions).toEqual([
      { name: ['Dr. Smith', '\udcc3\udcff', 'EXAMPLE'], type: 'TYPE65', class: 'IN' },
    ]);
  });

  it("reads as many questions as there are: whether that is right is the server's business (RFC 9619)", () => {
    expect(decoded(packet(query('0000 0000 0000 0000'))).questions).toEqual([]);
    expect(decoded(packet(query('0002 0000 0000 0000'), ...question, ...question)).questions).toHaveLength(2);
  });

  it('follows pointers, also into the middle of a name', () => {
    const bytes = packet(response('0001 0001 0000 0000'), ...question, "'a'", 'c010 0005 0001 0000003c 0002 c00c');
    expect(decoded(bytes).answers).toEqual([
      { type: 'CNAME', name: ['a', 'example'], class: 'IN', ttl: 60, target: ['web', 'example'] },
    ]);
  });

  it('takes a TTL with the top bit set for 0 (RFC 2181 section 8)', () => {
    const bytes = packet(response('0000 0001 0000 0000'), '00 0001 0001 80000000 0004 0a000001');
    expect(decoded(bytes).answers).toEqual([{ type: 'A', name: [], class: 'IN', ttl: 0, address: '10.0.0.1' }]);
  });

  it('passes on types and classes that it does not know, unread (RFC 3597)', () => {
    const bytes = packet(
      response('0000 0002 0000 0000'),
      '00 0041 0001 00000001 0003 c00cff',
      '00 0001 0003 00000001 0002 abcd',
    );
    expect(decoded(bytes).answers).toEqual([
      { type: 'UNKNOWN', typeCode: 65, name: [], class: 'IN', ttl: 1, data: Uint8Array.of(0xc0, 0x0c, 0xff) },
      { type: 'UNKNOWN', typeCode: 1, name: [], class: 'CH', ttl: 1, data: Uint8Array.of(0xab, 0xcd) },
    ]);
  });

  it('writes out the names in old types that may be compressed (RFC 3597 section 4)', () => {
    const bytes = packet(response('0001 0001 0000 0000'), ...question, 'c00c 0012 0001 00000001 0004 0001 c010');
    expect(decoded(bytes).answers[0]).toMatchObject({
      typeCode: 18,
      data: Uint8Array.from(packet('0001', "'example'", '00')),
    });
  });

  it('shares no memory with the packet', () => {
    const bytes = packet(
      response('0000 0001 0000 0001'),
      '00 0041 0001 00000001 0001 ff',
      '00 0029 04d0 00000000 0005 000a 0001 aa',
    );
    const message = decoded(bytes);
    bytes.fill(0);
    expect(message.answers[0]).toMatchObject({ data: Uint8Array.of(0xff) });
    expect(message.edns?.options).toEqual([{ code: 10, data: Uint8Array.of(0xaa) }]);
  });

  it('reads from a view into a larger buffer', () => {
    const whole = Buffer.concat([
      Buffer.alloc(7, 0xff),
      packet(query('0001 0000 0000 0000'), ...question),
      Buffer.alloc(3),
    ]);
    expect(decoded(new Uint8Array(whole.buffer, whole.byteOffset + 7, whole.length - 7)).questions).toHaveLength(1);
  });

  it('ignores octets after the last record', () => {
    expect(decoded(packet(query('0001 0000 0000 0000'), ...question, 'deadbeef')).questions).toHaveLength(1);
  });

  it('reads what dns-packet writes', () => {
    const bytes = encode({
      type: 'response',
      id: 1,
      answers: [
        { type: 'SRV', name: 'web.example', ttl: 5, data: { priority: 1, weight: 2, port: 3, target: 'a.example' } },
        { type: 'TXT', name: 'web.example', ttl: 5, data: ['one', 'two'] },
        { type: 'HINFO', name: 'web.example', ttl: 5, data: { cpu: 'RFC8482', os: '' } },
        { type: 'MX', name: 'example', ttl: 5, data: { preference: 7, exchange: 'mail.example' } },
        { type: 'AAAA', name: 'example', ttl: 5, data: '2001:db8::1' },
      ],
    });
    const example = { class: 'IN', ttl: 5 };
    expect(decoded(bytes).answers).toEqual([
      { ...example, type: 'SRV', name: ['web', 'example'], priority: 1, weight: 2, port: 3, target: ['a', 'example'] },
      { ...example, type: 'TXT', name: ['web', 'example'], strings: ['one', 'two'] },
      { ...example, type: 'HINFO', name: ['web', 'example'], cpu: 'RFC8482', os: '' },
      { ...example, type: 'MX', name: ['example'], preference: 7, exchange: ['mail', 'example'] },
      { ...example, type: 'AAAA', name: ['example'], address: '2001:db8::1' },
    ]);
  });
});

describe('decodeMessage of EDNS (RFC 6891)', () => {
  const withOpt = (...opt: readonly string[]) => packet(query(`0001 0000 0000 000${opt.length}`), ...question, ...opt);

  it('reads the size, DO, the options and the upper bits of the response code', () => {
    const message = decoded(withOpt('00 0029 04d0 01 00 8000 000a 000a 0002 abcd 0003 0000'));
    expect(message.rcode).toBe(16);
    expect(message.additionals).toEqual([]);
    expect(message.edns).toEqual({
      version: 0,
      udpSize: 1_232,
      dnssecOk: true,
      options: [
        { code: 10, data: Uint8Array.of(0xab, 0xcd) },
        { code: 3, data: new Uint8Array() },
      ],
    });
  });

  it.each(['0000', '01ff'])('takes a size of 0x%s for 512 (section 6.2.5)', (size) => {
    expect(decoded(withOpt(`00 0029 ${size} 00000000 0000`)).edns?.udpSize).toBe(512);
  });

  it('does not read the options of a version that it does not know (section 6.1.3)', () => {
    expect(decoded(withOpt('00 0029 04d0 00010000 0002 ffff')).edns).toEqual({
      version: 1,
      udpSize: 1_232,
      dnssecOk: false,
      options: [],
    });
  });

  it.each([
    ['two OPT records', withOpt('00 0029 04d0 00000000 0000', '00 0029 04d0 00000000 0000')],
    ['an OPT record that is not at the root', withOpt('c00c 0029 04d0 00000000 0000')],
    [
      'an OPT record among the answers',
      packet(query('0001 0001 0000 0000'), ...question, '00 0029 04d0 00000000 0000'),
    ],
    ['an option that runs over the end', withOpt('00 0029 04d0 00000000 0006 000a 0003 abcd')],
    ['an option without its length', withOpt('00 0029 04d0 00000000 0003 000a 00')],
  ])('refuses %s', (_, bytes) => {
    expect(refused(bytes)).toMatchObject({ code: 'edns', reply: { id: 0x1234, rcode: 1 } });
  });
});

describe('decodeMessage of hostile packets', () => {
  it.each<[string, Buffer, DecodeError['code']]>([
    ['counts that the octets cannot hold', packet('1234 0100 ffff ffff ffff ffff'), 'counts'],
    ['records that are not there', packet(query('0001 0002 0000 0000'), ...question), 'counts'],
    ['a name that runs over the end', packet(query('0001 0000 0000 0000'), '3f 61 61 61 61'), 'name'],
    ['a name without an end', packet(query('0001 0000 0000 0000'), '04 61 61 61 61'), 'name'],
    ['half a pointer at the end', packet(query('0001 0000 0000 0000'), '03 61 61 61 c0'), 'name'],
    ['a pointer to itself', packet(query('0001 0000 0000 0000'), 'c00c 0001 0001'), 'name'],
    ['a pointer forward', packet(query('0001 0000 0000 0000'), 'c00e 00 0001 0001'), 'name'],
    ['a pointer to the start of its own labels', packet(query('0001 0000 0000 0000'), "'a'", 'c00c 0001 0001'), 'name'],
    ['a label type of RFC 2673', packet(query('0001 0000 0000 0000'), '41 00 00 0001 0001'), 'name'],
    ['a label type that nobody has defined', packet(query('0001 0000 0000 0000'), '80 00 00 0001 0001'), 'name'],
    ['a question without its class', packet(query('0001 0000 0000 0000'), "'a'", '00 0001 00'), 'record'],
    [
      'a name of 256 octets',
      packet(query('0001 0000 0000 0000'), ...Array<string>(127).fill("'a'"), "'b'", '00 0001 0001'),
      'name',
    ],
  ])('refuses %s', (_, bytes, code) => {
    expect(refused(bytes)).toMatchObject({
      code,
      reply: { id: 0x1234, response: true, rcode: 1, recursionDesired: true },
    });
  });

  it.each([
    ['data that run over the end', '00 0001 0001 00000001 0005 0a000001'],
    ['an A of 5 octets', '00 0001 0001 00000001 0005 0a00000100'],
    ['an AAAA of 4 octets', '00 001c 0001 00000001 0004 0a000001'],
    ['a CNAME with an octet left over', '00 0005 0001 00000001 0002 0000'],
    ['a CNAME that goes on after its data', '00 0005 0001 00000001 0001 01 61 00'],
    ['an SRV without a target', '00 0021 0001 00000001 0006 000000000000'],
    ['an MX of 2 octets', '00 000f 0001 00000001 0002 0000'],
    ['a TXT without a string', '00 0010 0001 00000001 0000'],
    ['a TXT whose string is longer than its data', '00 0010 0001 00000001 0002 05 61'],
    ['a HINFO of one string', '00 000d 0001 00000001 0001 00'],
    ['an SOA that is too short', '00 0006 0001 00000001 0004 00000000'],
    ['an AFSDB without a name', '00 0012 0001 00000001 0002 0001'],
  ])('refuses %s', (_, record) => {
    expect(refused(packet(response('0000 0001 0000 0000'), record, '00'.repeat(4)))).toMatchObject({ code: 'record' });
  });

  it('has nothing to say to a packet without a header', () => {
    expect(refused(Buffer.alloc(11))).toEqual({
      code: 'short-header',
      message: 'the packet has 11 octets, a header has 12',
    });
  });

  it('never answers a response, so that two servers cannot keep each other busy', () => {
    expect(refused(packet('1234 8100 ffff 0000 0000 0000')).reply).toBeUndefined();
  });

  it('says NOTIMP to operations that it does not read, and echoes their opcode', () => {
    expect(refused(packet('1234 2800 ffff ffff ffff ffff'))).toMatchObject({
      code: 'opcode',
      reply: { opcode: 5, rcode: 4 },
    });
  });

  const opt = (ttl: string) => `00 0029 04d0 ${ttl} 0000`;

  it.each([
    [
      'UPDATE',
      0x2800,
      '0001 0001 0001 0001',
      [...question, 'c00c 0001 0001 00000000 0000', 'c00c 00ff 00ff 00000000 0000'],
    ],
    ['IQUERY', 0x0800, '0000 0001 0000 0001', ['00 0001 0001 00000000 0004 0a000001']],
    ['STATUS', 0x1000, '0000 0000 0000 0001', []],
    ['opcode 15', 0x7800, '0001 0000 0000 0002', [...question, "'tsig'", '00 00fa 00ff 00000000 0002 0029']],
  ])('says NOTIMP to %s with OPT when it has one (RFC 6891 section 6.1.1)', (_, flags, counts, body) => {
    const head = `1234 ${flags.toString(16).padStart(4, '0')} ${counts}`;
    const answered = (ttl: string) => refused(packet(head, ...body, opt(ttl))).reply;
    const edns = { version: 0, udpSize: 1_232, dnssecOk: false, options: [] };
    expect(answered('00000000')).toMatchObject({ rcode: 4, edns });
    expect(answered('00008000')).toMatchObject({ rcode: 4, edns: { ...edns, dnssecOk: true } });
    expect(answered('00010000')).toMatchObject({ rcode: 16, edns });
  });

  it.each([
    ['has none', '0001 0000 0000 0000', question],
    ['has it among the answers', '0000 0001 0000 0000', [opt('00000000')]],
    ['has it below a name', '0000 0000 0000 0001', ["'web'", opt('00000000')]],
    ['ends before it', '0001 0000 0000 0001', question],
    ['ends within it', '0000 0000 0000 0001', ['00 0029 04d0 00000000 0001']],
    ['ends within its header', '0000 0000 0000 0001', ['00 0029 04d0 000000']],
    [
      'has a record in front that runs over the end',
      '0000 0001 0000 0001',
      ['00 0001 0001 00000000 ffff', opt('00000000')],
    ],
    [
      'has a name without end',
      '0001 0000 0000 0001',
      [...Array<string>(5).fill(`'${'a'.repeat(63)}'`), '00 0001 0001', opt('00000000')],
    ],
    ['has a label of no type', '0001 0000 0000 0001', [`80 ${'00'.repeat(128)} 00 0001 0001`, opt('00000000')]],
    [
      'has too many records',
      '0000 0000 0000 0009',
      [...Array<string>(8).fill('00 0001 0001 00000000 0000'), opt('00000000')],
    ],
  ])('says NOTIMP without OPT to what %s', (_, counts, body) => {
    const { code, reply } = refused(packet(`1234 2800 ${counts}`, ...body));
    expect(code).toBe('opcode');
    expect(reply).toMatchObject({ rcode: 4 });
    expect(reply).not.toHaveProperty('edns');
  });

  it('finds OPT or not, whatever the octets are', () => {
    const counts = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 2 })));
    const octets = fc.array(fc.oneof(fc.constantFrom(0, 1, 41, 0xc0), fc.nat(255)), { maxLength: 60 });
    fc.assert(
      fc.property(counts, octets, (sections, body) => {
        const head = Buffer.from('123428000000000000000000', 'hex');
        for (const [at, count] of sections.entries()) head.writeUInt16BE(count, 4 + 2 * at);
        expect(refused(Buffer.concat([head, Buffer.from(body)])).code).toBe('opcode');
      }),
    );
  });

  it('refuses a request full of records before it reads them', () => {
    const records = (count: number) => Array<string>(count).fill('00 0001 0001 00000001 0004 0a000001');
    const request = (count: number) =>
      packet(query(`0000 ${count.toString(16).padStart(4, '0')} 0000 0000`), ...records(count));
    expect(decoded(request(MAX_REQUEST_ENTRIES)).answers).toHaveLength(MAX_REQUEST_ENTRIES);
    expect(refused(request(MAX_REQUEST_ENTRIES + 1)).code).toBe('counts');
  });
});

describe('decodeRequest', () => {
  it('reads queries as decodeMessage does', () => {
    const bytes = packet(query('0001 0000 0000 0000'), ...question);
    expect(decodeRequest(bytes)).toEqual(decodeMessage(bytes));
  });

  it('refuses a response before it reads any of it, and does not answer it', () => {
    expect(decodeRequest(packet(response('0001 0000 0000 0000'), ...question))).toEqual({
      ok: false,
      error: { code: 'response', message: 'the packet is a response, which a server does not read' },
    });
  });
});
