import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { type Answer, decode, encode } from 'dns-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeDnsReply, encodeDnsQuery, exchangeDns, frameDns, queryDns, splitFrames } from './dns-client.ts';
import { freePort } from './ports.ts';

const answers: Answer[] = [
  { type: 'A', name: 'web.example.org', ttl: 60, data: '192.0.2.1' },
  { type: 'AAAA', name: 'web.example.org', ttl: 60, data: '2001:db8::1' },
  {
    type: 'SRV',
    name: 'web.example.org',
    ttl: 60,
    data: { priority: 10, weight: 50, port: 80, target: 'a.example.org' },
  },
  { type: 'TXT', name: 'web.example.org', ttl: 5, data: ['say "ahoy"', 'x'] },
];

const opt = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1232,
  options: [{ code: 15, data: Buffer.from([0, 14]) }],
} as unknown as Answer;

/** Replies to every query with the answers above; a query for `silent` gets a reply with another ID only. */
const replyTo = (bytes: Buffer): Buffer => {
  const query = decode(bytes);
  const isSilent = query.questions?.[0]?.name === 'silent';
  return encode({
    type: 'response',
    id: (query.id ?? 0) ^ (isSilent ? 1 : 0),
    flags: 0x0400 | 3,
    questions: query.questions ?? [],
    answers: isSilent ? [] : answers,
    additionals: query.additionals?.length === 0 ? [] : [opt],
  });
};

describe('queryDns', () => {
  let udp: Socket;
  let tcp: Server;
  let port: number;

  beforeEach(async () => {
    port = await freePort();
    udp = createSocket('udp4');
    udp.on('message', (bytes, from) => udp.send(replyTo(bytes), from.port, from.address));
    udp.bind(port, '127.0.0.1');
    await once(udp, 'listening');
    tcp = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (bytes) => {
        const framed = frameDns(replyTo(bytes.subarray(2)));
        socket.write(framed.subarray(0, 5), () => socket.write(framed.subarray(5)));
      });
    });
    tcp.listen(port, '127.0.0.1');
    await once(tcp, 'listening');
  });

  afterEach(async () => {
    udp.close();
    tcp.close();
    await once(tcp, 'close');
  });

  it.each(['udp', 'tcp'] as const)(
    'returns what a server answers over %s, in lines like dig prints',
    async (transport) => {
      const reply = await queryDns({ port, name: 'web.example.org', type: 'ANY', transport, edns: {} });
      expect(reply.rcode).toBe('NXDOMAIN');
      expect(reply.packet.flag_aa).toBe(true);
      expect(reply.texts).toEqual([
        'web.example.org. 60 IN A 192.0.2.1',
        'web.example.org. 60 IN AAAA 2001:db8::1',
        'web.example.org. 60 IN SRV 10 50 80 a.example.org.',
        String.raw`web.example.org. 5 IN TXT "say \"ahoy\"" "x"`,
      ]);
      expect(reply.additionals).toEqual([]);
      expect(reply.edns).toEqual({
        udpPayloadSize: 1232,
        version: 0,
        extendedErrors: [14],
        options: [{ code: 15, data: Buffer.from([0, 14]) }],
      });
    },
  );

  it('asks without an OPT record unless told to', async () => {
    expect((await queryDns({ port, name: 'web.example.org', type: 'A' })).edns).toBeUndefined();
  });

  it.each(['udp', 'tcp'] as const)('takes no reply with another ID over %s', async (transport) => {
    await expect(queryDns({ port, name: 'silent', type: 'A', transport, timeoutMs: 50 })).rejects.toThrow(/no reply/);
  });

  it.each(['udp', 'tcp'] as const)('fails at once when nobody listens on %s', async (transport) => {
    const free = await freePort();
    await expect(queryDns({ port: free, name: 'a', type: 'A', transport })).rejects.toThrow('ECONNREFUSED');
  });

  it('fails when a TCP server closes without a reply', async () => {
    tcp.removeAllListeners('connection').on('connection', (socket) => socket.resume().end());
    const exchange = exchangeDns({ port, transport: 'tcp' }, encodeDnsQuery({ name: 'a', type: 'A' }));
    await expect(exchange).rejects.toThrow(/closed without a reply/);
  });
});

describe('decodeDnsReply', () => {
  it('refuses bytes after the message', () => {
    const bytes = encodeDnsQuery({ name: 'a', type: 'A' });
    expect(() => decodeDnsReply(Buffer.concat([bytes, Buffer.of(0)]))).toThrow('1 bytes follow');
  });
});

describe('splitFrames', () => {
  it('keeps the bytes of an unfinished message', () => {
    const stream = Buffer.concat([frameDns(Buffer.from('one')), frameDns(Buffer.from('two'))]);
    const { messages, rest } = splitFrames(stream.subarray(0, -1));
    expect(messages.map(String)).toEqual(['one']);
    expect(rest).toEqual(stream.subarray(5, -1));
    expect(splitFrames(stream).rest.length).toBe(0);
  });
});
