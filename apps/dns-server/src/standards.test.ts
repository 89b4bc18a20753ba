import { createConnection } from 'node:net';
import { systemClock } from '@wharf/agent';
import { decodeMessage } from '@wharf/dns-wire';
import { createMemoryKeyStore, type MemoryKeyStore, NO_LEASE } from '@wharf/etcd-client';
import { type DnsReply, decodeDnsReply, exchangeDns, frameDns, splitFrames } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reply, startScriptedNameServer } from './testing/scripted-name-server.ts';
import { startTestServer, type TestServer } from './testing/start-server.ts';

const many = (count: number, prefix: string): readonly (readonly [string, string])[] =>
  Array.from({ length: count }, (_, i) => [`${prefix}/${i}`, `{"host":"10.0.1.${i}","port":80}`]);

const records: readonly (readonly [key: string, value: string])[] = [
  ['/skydns/local/skydns/web/1', '{"host":"10.0.0.1","port":80}'],
  ['/skydns/local/skydns/web/2', '{"host":"10.0.0.2","port":81,"ttl":60}'],
  ['/skydns/local/skydns/deep/er/1', '{"host":"10.0.0.3"}'],
  ['/skydns/local/skydns/www', '{"host":"web.skydns.local"}'],
  ['/skydns/local/skydns/gone', '{"host":"no.skydns.local"}'],
  ['/skydns/local/skydns/empty', '{"host":"text.skydns.local"}'],
  ['/skydns/local/skydns/two/1', '{"host":"web.skydns.local"}'],
  ['/skydns/local/skydns/two/2', '{"host":"web2.skydns.local"}'],
  ['/skydns/local/skydns/web2/1', '{"host":"10.0.0.4"}'],
  ['/skydns/local/skydns/same/1', '{"host":"10.0.0.9","port":1}'],
  ['/skydns/local/skydns/same/2', '{"host":"10.0.0.9","port":2}'],
  ['/skydns/local/skydns/text', JSON.stringify({ text: 'x'.repeat(300) })],
  ['/skydns/local/skydns/ä', '{"host":"10.0.0.5"}'],
  ...many(10, '/skydns/local/skydns/ten'),
  ...many(60, '/skydns/local/skydns/sixty'),
];

let server: TestServer;
let store: MemoryKeyStore;

beforeAll(async () => {
  store = createMemoryKeyStore({ clock: systemClock });
  server = await startTestServer(store, ['-no-rec', '-round-robin=false', '-min-ttl=30']);
  const operations = records.map(([key, value]) => ({ type: 'put', key, value, lease: NO_LEASE }) as const);
  const { revision } = await store.transact({ guards: [], operations });
  await server.reached(revision);
});

afterAll(() => server.agent.stop());

const A = '0001';
const CNAME = '0005';
const SRV = '0021';
const ANY = '00ff';
const IN = '0001';

/** Hexadecimal of a name. */
function wire(name: string): string {
  const labels = name.split('.').map((label) => Buffer.from(label));
  return `${labels.map((label) => Buffer.concat([Buffer.of(label.length), label]).toString('hex')).join('')}00`;
}

/** A packet with ID 1234; `flags`, counts and what follows the header in hexadecimal. */
function packet(flags: string, counts: string, body: string): Buffer {
  return Buffer.from(`1234${flags}${counts}${body}`, 'hex');
}

const ONE_QUESTION = '0001000000000000';
const question = (name: string, type = A, qclass = IN): Buffer =>
  packet('0000', ONE_QUESTION, `${wire(name)}${type}${qclass}`);

async function send(bytes: Buffer, transport: 'udp' | 'tcp' = 'udp'): Promise<DnsReply> {
  return decodeDnsReply(await exchangeDns({ port: server.port, transport }, bytes));
}

const soa = (ttl: number) =>
  `skydns.local. ${ttl} IN SOA ns.dns.skydns.local. hostmaster.skydns.local. 0 28800 7200 604800 30`;
const typesOf = (texts: readonly string[]) => texts.map((text) => text.split(' ')[3]);

describe('RFC 1035', () => {
  it('2.3.4: a name of 255 octets is asked for, one of 256 is FORMERR', async () => {
    const longest = `${'a.'.repeat(119)}aa.skydns.local`;
    expect(wire(longest).length / 2).toBe(255);
    expect((await send(question(longest))).rcode).toBe('NXDOMAIN');
    expect((await send(question(`a${longest}`))).rcode).toBe('FORMERR');
  });

  it('2.3.4: a label of 63 octets is asked for, lengths of 64 to 191 are none', async () => {
    expect((await send(question(`${'a'.repeat(63)}.skydns.local`))).rcode).toBe('NXDOMAIN');
    for (const length of ['40', '80', 'bf']) {
      const label = `${length}${'61'.repeat(Number.parseInt(length, 16))}`;
      const reply = await send(packet('0000', ONE_QUESTION, `${label}${wire('skydns.local')}${A}${IN}`));
      expect(reply.rcode).toBe('FORMERR');
    }
  });

  it('3.3.14: a text of more than 255 octets is several strings', async () => {
    const { texts } = await server.ask('text.skydns.local', 'TXT');
    expect(texts).toEqual([`text.skydns.local. 3600 IN TXT "${'x'.repeat(255)}" "${'x'.repeat(45)}"`]);
  });

  it.each([
    ['0000', '8400', 'a query'],
    ['0100', '8500', 'one that wants recursion'],
    ['0040', '8400', 'the bit that must be zero'],
    ['06af', '8400', 'bits that mean nothing in a query'],
  ])('4.1.1: flags %s are answered with %s (%s)', async (asked, answered) => {
    const { bytes } = await send(packet(asked, ONE_QUESTION, `${wire('web.skydns.local')}${A}${IN}`));
    expect(bytes.toString('hex', 0, 4)).toBe(`1234${answered}`);
  });

  it.each([1, 2, 3, 4, 5, 6, 15])('4.1.1: opcode %i is NOTIMP, and comes back', async (opcode) => {
    const flags = (opcode << 11).toString(16).padStart(4, '0');
    const { bytes } = await send(packet(flags, ONE_QUESTION, `${wire('web.skydns.local')}${A}${IN}`));
    expect(bytes.readUInt16BE(2)).toBe(0x8004 | (opcode << 11));
  });

  it.each([
    ['itself', 'c00c'],
    ['what follows', 'c00ec00c'],
    ['a label before itself', '0161c00c'],
    ['beyond the end', 'ffff'],
  ])('4.1.4: a pointer to %s is FORMERR', async (_where, name) => {
    expect((await send(packet('0000', ONE_QUESTION, `${name}${A}${IN}`))).rcode).toBe('FORMERR');
  });

  it('4.2.1: a reply over UDP has at most 512 octets', async () => {
    const { bytes, packet: cut } = await send(question('sixty.skydns.local'));
    expect(bytes.length).toBeLessThanOrEqual(512);
    expect(cut.flag_tc).toBe(true);
  });

  it('4.2.2: over TCP each message has its length in two octets before it, and comes whole', async () => {
    const { texts, packet: whole } = await send(question('sixty.skydns.local'), 'tcp');
    expect(texts).toHaveLength(60);
    expect(whole.flag_tc).toBe(false);
  });
});

describe('RFC 1034', () => {
  it('3.6.2: types that an alias has no records of are asked of the name behind it', async () => {
    expect(typesOf((await server.ask('www.skydns.local', 'A')).texts)).toEqual(['CNAME', 'A', 'A']);
    expect(typesOf((await server.ask('www.skydns.local', 'MX')).texts)).toEqual(['CNAME']);
    expect(typesOf((await server.ask('www.skydns.local', 'CNAME')).texts)).toEqual(['CNAME']);
  });

  it('3.7: what is asked comes back as the question, and nothing else does', async () => {
    const decoded = decodeMessage((await send(question('web.skydns.local'))).bytes);
    expect(decoded).toMatchObject({
      value: { questions: [{ name: ['web', 'skydns', 'local'], type: 'A', class: 'IN' }] },
    });
  });

  it('6.2.1: AA says that the answer is of this server, and is not set outside of its domains', async () => {
    expect((await server.ask('web.skydns.local', 'A')).packet.flag_aa).toBe(true);
    expect((await server.ask('www.example.org', 'A')).packet.flag_aa).toBe(false);
  });
});

describe('RFC 2181', () => {
  it('5: no record comes twice, and 5.2: all of a set have one TTL', async () => {
    expect((await server.ask('same.skydns.local', 'A')).texts).toEqual(['same.skydns.local. 3600 IN A 10.0.0.9']);
    const { texts } = await server.ask('web.skydns.local', 'A');
    expect(texts).toEqual(['web.skydns.local. 60 IN A 10.0.0.1', 'web.skydns.local. 60 IN A 10.0.0.2']);
  });

  it('9: TC is set when what was asked for is cut, not when additional records are', async () => {
    const whole = await send(question('ten.skydns.local', SRV));
    expect(whole.packet.flag_tc).toBe(false);
    expect(whole.texts).toHaveLength(10);
    expect(whole.additionals.length).toBeLessThan(10);
    const cut = await send(question('sixty.skydns.local', SRV));
    expect(cut.packet.flag_tc).toBe(true);
  });

  it('10.1: a name has one alias at most', async () => {
    expect(typesOf((await server.ask('two.skydns.local', 'A')).texts)).toEqual(['A', 'A', 'A']);
    expect((await server.ask('two.skydns.local', 'CNAME')).texts).toEqual([]);
  });
});

describe('RFC 2308', () => {
  it.each([
    ['2.1: a name that does not exist', 'no.skydns.local', 'A', 'NXDOMAIN'],
    ['2.2: a type that the name does not have', 'web.skydns.local', 'MX', 'NOERROR'],
  ])('%s has the SOA record with its authorities', async (_what, name, type, rcode) => {
    expect(await server.ask(name, type)).toMatchObject({ rcode, texts: [], authorities: [soa(30)] });
  });

  it('3: that record has the time for which the absence may be kept, 5: which is its MINIMUM', async () => {
    expect((await server.ask('skydns.local', 'SOA')).texts).toEqual([soa(3_600)]);
    expect((await server.ask('no.skydns.local', 'A')).authorities).toEqual([soa(30)]);
  });
});

describe('RFC 2782', () => {
  it('the target is not compressed, and its addresses are added', async () => {
    const { bytes, additionals } = await server.ask('1.web.skydns.local', 'SRV');
    expect(bytes.toString('hex')).toContain(`0050${wire('1.web.skydns.local')}`);
    expect(additionals).toEqual(['1.web.skydns.local. 3600 IN A 10.0.0.1']);
  });
});

describe('RFC 3597', () => {
  it.each(['0020', '0041', 'ff00', 'fffe'])(
    '3: type %s, of which nothing is known, is one that the name does not have',
    async (type) => {
      const known = await send(question('web.skydns.local', type));
      expect(known).toMatchObject({ rcode: 'NOERROR', texts: [], authorities: [soa(30)] });
      expect((await send(question('no.skydns.local', type))).rcode).toBe('NXDOMAIN');
    },
  );

  it.each(['0002', '0004', 'fffe'])('3: class %s, of which nothing is known, is NOTIMP', async (qclass) => {
    expect((await send(question('web.skydns.local', A, qclass))).rcode).toBe('NOTIMP');
  });
});

describe('RFC 4343', () => {
  it('3: case does not count, and 4.1: what is asked in comes back', async () => {
    const { bytes, texts } = await send(question('WeB.SKYDNS.local'));
    expect(texts).toEqual(['WeB.SKYDNS.local. 60 IN A 10.0.0.1', 'WeB.SKYDNS.local. 60 IN A 10.0.0.2']);
    expect(bytes.toString('latin1')).toContain('WeB\u0006SKYDNS\u0005local');
  });

  it('2: only ASCII letters have a case', async () => {
    expect((await send(question('ä.skydns.local'))).rcode).toBe('NOERROR');
    expect((await send(question('Ä.skydns.local'))).rcode).toBe('NXDOMAIN');
  });
});

describe('RFC 4592 and 8020', () => {
  it('RFC 4592, 2.2.2: a name that only has names below it exists', async () => {
    const nodata = { rcode: 'NOERROR', texts: [], authorities: [soa(30)] };
    expect(await server.ask('deep.skydns.local', 'TXT')).toMatchObject(nodata);
    expect(await server.ask('dns.skydns.local', 'A')).toMatchObject({ rcode: 'NOERROR' });
  });

  it('RFC 8020, 2: below a name that does not exist nothing does', async () => {
    expect((await server.ask('no.skydns.local', 'A')).rcode).toBe('NXDOMAIN');
    expect((await server.ask('1.no.skydns.local', 'A')).rcode).toBe('NXDOMAIN');
  });
});

describe('RFC 5358', () => {
  it('4: nothing is said about names of others, and the reply is no longer than the query', async () => {
    const query = question('www.example.org');
    const { rcode, bytes, texts } = await send(query);
    expect({ rcode, texts }).toEqual({ rcode: 'REFUSED', texts: [] });
    expect(bytes.length).toBeLessThanOrEqual(query.length);
  });
});

describe('RFC 6604', () => {
  it.each([
    ['does not exist', 'gone.skydns.local', 'NXDOMAIN'],
    ['has no such records', 'empty.skydns.local', 'NOERROR'],
  ])('3: after an alias the code is about its last name: one that %s', async (_what, name, rcode) => {
    expect(await server.ask(name, 'A')).toMatchObject({ rcode, authorities: [soa(30)] });
    expect(typesOf((await server.ask(name, 'A')).texts)).toEqual(['CNAME']);
  });
});

describe('RFC 7766', () => {
  it('6.2.1.1: queries that come one behind the other over one connection are all answered', async () => {
    const names = ['web', 'www', 'no', 'sixty', 'web'].map((name) => `${name}.skydns.local`);
    const queries = names.map((name, id) => {
      const query = question(name);
      query.writeUInt16BE(id, 0);
      return frameDns(query);
    });
    const replies = await pipeline(Buffer.concat(queries), queries.length);
    const asked = replies.map((reply) => [reply.readUInt16BE(0), decodeDnsReply(reply).packet.questions?.[0]?.name]);
    expect(Object.fromEntries(asked)).toEqual(Object.fromEntries(names.entries()));
  });

  it('7: replies come when they are ready, not in the order of the queries', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const upstream = await startScriptedNameServer(async (query) => {
      await released;
      return reply('www.example.org. 60 IN A 10.0.0.1')(query);
    });
    const nameserver = `${upstream.address.host}:${upstream.address.port}`;
    const forwarding = await startTestServer(store, ['-nameservers', nameserver]);
    try {
      const outside = packet('0100', ONE_QUESTION, `${wire('www.example.org')}${A}${IN}`);
      const both = Buffer.concat([outside, question('no.skydns.local')].map(frameDns));
      const names: unknown[] = [];
      await pipelinePieces([both], 2, forwarding.port, (message) => {
        names.push(decodeDnsReply(message).packet.questions?.[0]?.name);
        release();
      });
      expect(names).toEqual(['no.skydns.local', 'www.example.org']);
    } finally {
      await forwarding.agent.stop();
      await upstream.close();
    }
  });

  it('8: a length and its message may come in pieces', async () => {
    const query = frameDns(question('web.skydns.local'));
    const pieces = [query.subarray(0, 1), query.subarray(1, 9), query.subarray(9)];
    const [reply] = await pipelinePieces(pieces, 1);
    expect(reply && decodeDnsReply(reply).texts).toHaveLength(2);
  });
});

describe('RFC 8482', () => {
  it('4.2: ANY is answered with one HINFO record', async () => {
    const { texts, packet: reply } = await send(question('web.skydns.local', ANY));
    expect(texts).toEqual(['web.skydns.local. 3600 IN HINFO "RFC8482" ""']);
    expect(reply.flag_tc).toBe(false);
    expect((await send(question('no.skydns.local', ANY))).rcode).toBe('NXDOMAIN');
  });
});

describe('RFC 9619', () => {
  it('4: two questions are FORMERR', async () => {
    const both = `${wire('web.skydns.local')}${A}${IN}${wire('www.skydns.local')}${CNAME}${IN}`;
    const reply = await send(packet('0000', '0002000000000000', both));
    expect(reply).toMatchObject({ rcode: 'FORMERR', texts: [] });
  });
});

function pipeline(bytes: Buffer, count: number): Promise<readonly Buffer[]> {
  return pipelinePieces([bytes], count);
}

/** Sends pieces over one connection, each by itself, until there are so many replies; `onReply` is told of each as it comes. */
async function pipelinePieces(
  pieces: readonly Buffer[],
  count: number,
  port = server.port,
  onReply: (message: Buffer) => void = () => undefined,
): Promise<readonly Buffer[]> {
  const socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
  const replies = new Promise<readonly Buffer[]>((resolve, reject) => {
    let unread: Buffer = Buffer.alloc(0);
    const received: Buffer[] = [];
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed the connection')));
    socket.on('data', (chunk) => {
      const { messages, rest } = splitFrames(Buffer.concat([unread, chunk]));
      unread = rest;
      received.push(...messages);
      for (const message of messages) onReply(message);
      if (received.length >= count) resolve(received);
    });
  });
  for (const piece of pieces) await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
  try {
    return await replies;
  } finally {
    socket.destroy();
  }
}
