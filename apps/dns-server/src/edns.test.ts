import { systemClock } from '@wharf/agent';
import { createMemoryKeyStore, type MemoryKeyStore, NO_LEASE } from '@wharf/etcd-client';
import { type DnsOption, encodeDnsQuery, exchangeDns } from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './testing/start-server.ts';

const COOKIE = 10;
const KEEPALIVE = 11;
const NSID = 3;
const CLIENT_PART = '2464c4abcf10c957';

let store: MemoryKeyStore;
let server: TestServer;

const start = async (...args: readonly string[]): Promise<void> => {
  server = await startTestServer(store, args);
  const put = { type: 'put', key: '/skydns/local/skydns/w', value: '{"host":"10.0.0.1"}', lease: NO_LEASE } as const;
  const { revision } = await store.transact({ guards: [], operations: [put] });
  await server.reached(revision);
};

beforeEach(() => {
  store = createMemoryKeyStore({ clock: systemClock });
});

afterEach(async () => {
  await server.agent.stop();
  await store.close();
});

const option = (code: number, hex = ''): DnsOption => ({ code, data: Buffer.from(hex, 'hex') });

type Transport = 'udp' | 'tcp';

const ask = (options: readonly DnsOption[], transport: Transport = 'udp') =>
  server.ask('w.skydns.local', 'A', { transport, edns: { options } });

/** The data of the reply's option in hexadecimal; undefined without one. */
const optionOf = async (code: number, options: readonly DnsOption[], transport?: Transport) => {
  const { edns } = await ask(options, transport);
  const data = edns?.options.find((found) => found.code === code)?.data;
  return data === undefined ? undefined : Buffer.from(data).toString('hex');
};

/** The rcode in the header of the reply to a query whose octets `bend` changes. */
const bent = async (bend: (query: Buffer) => Buffer): Promise<number> => {
  const query = bend(encodeDnsQuery({ name: 'w.skydns.local', type: 'A', edns: {} }));
  return (await exchangeDns({ port: server.port }, query)).readUInt16BE(2) & 0xf;
};

describe('RFC 6891', () => {
  it('6.1.1: there is OPT in the reply when it is in the query, and only then', async () => {
    await start();
    expect((await ask([])).edns).toMatchObject({ version: 0, udpPayloadSize: 1_232, options: [] });
    expect((await server.ask('w.skydns.local', 'A')).edns).toBeUndefined();
  });

  it('6.1.1: more than one OPT is FORMERR', async () => {
    await start();
    const doubled = await bent((query) => {
      query.writeUInt16BE(2, 10);
      return Buffer.concat([query, query.subarray(-11)]);
    });
    expect(doubled).toBe(1);
  });

  it('6.1.2: options that are not known are ignored', async () => {
    await start('-nsid', 'x');
    const reply = await ask([option(65_001, 'ff'), option(8, '00011800c00002'), option(12, '0000')]);
    expect(reply).toMatchObject({
      rcode: 'NOERROR',
      texts: ['w.skydns.local. 3600 IN A 10.0.0.1'],
      edns: { options: [] },
    });
  });

  it('6.1.3: another version is BADVERS, in an OPT of version 0, whatever it asks', async () => {
    await start();
    for (const version of [1, 255]) {
      const reply = await server.ask('w.skydns.local', 'A', { edns: { version, options: [option(COOKIE, '00')] } });
      expect(reply).toMatchObject({ rcode: 'BADVERS', texts: [], edns: { version: 0, options: [] } });
    }
  });

  it('6.2.3: sizes below 512 count as 512', async () => {
    await start('-round-robin=false');
    const operations = Array.from({ length: 20 }, (_, index) => {
      const key = `/skydns/local/skydns/many/${index}`;
      return { type: 'put', key, value: `{"host":"10.0.1.${index}"}` } as const;
    });
    await server.reached((await store.transact({ guards: [], operations })).revision);
    const reply = await server.ask('many.skydns.local', 'A', { edns: { udpPayloadSize: 0 } });
    expect(reply.packet.flag_tc).toBe(false);
    expect(reply.texts).toHaveLength(20);
    expect(reply.bytes.length).toBeGreaterThan(300);
  });
});

describe('RFC 7873', () => {
  it.each(['udp', 'tcp'] as const)(
    '5.2.3: a client gets a cookie over %s, and the same again when it has it',
    async (transport) => {
      await start();
      const cookie = await optionOf(COOKIE, [option(COOKIE, CLIENT_PART)], transport);
      expect(cookie).toMatch(new RegExp(`^${CLIENT_PART}0100000000000000[0-9a-f]{16}$`));
      expect(await optionOf(COOKIE, [option(COOKIE, cookie)], transport)).toBe(cookie);
      expect(await optionOf(COOKIE, [option(COOKIE, `${CLIENT_PART}${'00'.repeat(16)}`)], transport)).toBe(cookie);
      expect(await server.registry.getSingleMetricAsString('wharf_dns_cookies_total')).toMatch(
        /verdict="new"\} 1\n.*verdict="valid"\} 1\n.*verdict="invalid"\} 1/,
      );
    },
  );

  it('5.2.2: a malformed cookie is FORMERR', async () => {
    await start();
    expect(await ask([option(COOKIE, '00')])).toMatchObject({ rcode: 'FORMERR', texts: [], edns: { options: [] } });
  });

  it('5.2: replies of all kinds have the cookie', async () => {
    await start();
    const more = { edns: { options: [option(COOKIE, CLIENT_PART)] } };
    const replies = await Promise.all([
      server.ask('no.skydns.local', 'A', more),
      server.ask('w.skydns.local', 'AXFR', more),
      server.ask('w.skydns.local', 'A', { ...more, class: 'HS' }),
    ]);
    expect(replies.map(({ rcode, edns }) => [rcode, edns?.options[0]?.code])).toEqual([
      ['NXDOMAIN', COOKIE],
      ['REFUSED', COOKIE],
      ['NOTIMP', COOKIE],
    ]);
  });

  it('5.4: a query without a question is answered when it has a cookie', async () => {
    await start();
    const withCookie = encodeDnsQuery({ name: '', type: 'A', edns: { options: [option(COOKIE, CLIENT_PART)] } });
    // Without the root's name, type and class, which are the question.
    const query = Buffer.concat([withCookie.subarray(0, 12), withCookie.subarray(17)]);
    query.writeUInt16BE(0, 4);
    const reply = await exchangeDns({ port: server.port }, query);
    expect(reply.readUInt16BE(2) & 0xf).toBe(0);
    expect(reply.toString('hex')).toContain(`000a0018${CLIENT_PART}01000000`);
    const noCookie = await exchangeDns({ port: server.port }, Buffer.concat([query.subarray(0, 21), Buffer.of(0, 0)]));
    expect(noCookie.readUInt16BE(2) & 0xf).toBe(1);
  });

  it('cookies are not looked at with -cookies=false', async () => {
    await start('-cookies=false');
    expect(await ask([option(COOKIE, '00')])).toMatchObject({ rcode: 'NOERROR', edns: { options: [] } });
  });
});

describe('RFC 7828', () => {
  it('3.1: the idle time-out is told over TCP, in units of 100 ms', async () => {
    await start();
    expect(await optionOf(KEEPALIVE, [option(KEEPALIVE)], 'tcp')).toBe('0064');
    expect(await ask([option(KEEPALIVE, '0064')], 'tcp')).toMatchObject({ rcode: 'FORMERR' });
  });

  it('3.2.2: over UDP it is not', async () => {
    await start();
    expect(await optionOf(KEEPALIVE, [option(KEEPALIVE)])).toBeUndefined();
  });
});

describe('RFC 5001', () => {
  it('2.2: the server says who it is when asked, and when it was told', async () => {
    await start('-nsid', 'node-1');
    expect(await optionOf(NSID, [option(NSID)])).toBe(Buffer.from('node-1').toString('hex'));
    expect(await optionOf(NSID, [])).toBeUndefined();
  });

  it('2.2: it says nothing unless it was told', async () => {
    await start();
    expect(await optionOf(NSID, [option(NSID)])).toBeUndefined();
  });
});
