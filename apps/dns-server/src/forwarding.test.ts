import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { systemClock } from '@wharf/agent';
import { Rcode } from '@wharf/dns-wire';
import { createMemoryKeyStore, type MemoryKeyStore, NO_LEASE, type Operation } from '@wharf/etcd-client';
import { encodeDnsQuery, eventually, freePort, type Knot, startKnot } from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  reply,
  type Script,
  type ScriptedNameServer,
  silence,
  startScriptedNameServer,
} from './testing/scripted-name-server.ts';
import { startTestServer, type TestServer } from './testing/start-server.ts';

let store: MemoryKeyStore;
const closing: (() => Promise<void>)[] = [];

beforeEach(() => {
  store = createMemoryKeyStore({ clock: systemClock });
});

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
  await store.close();
});

const start = async (...args: string[]): Promise<TestServer> => {
  const server = await startTestServer(store, ['-round-robin=false', ...args]);
  closing.push(() => server.agent.stop());
  return { ...server, ask: (name, type, more = {}) => server.ask(name, type, { recursionDesired: true, ...more }) };
};

const startUpstream = async (udp: Script, tcp?: Script): Promise<ScriptedNameServer> => {
  const server = await startScriptedNameServer(udp, tcp);
  closing.push(() => server.close());
  return server;
};

const write = async (...operations: Operation[]): Promise<number> =>
  (await store.transact({ guards: [], operations })).revision;

const put = (path: string, record: object): Operation => ({
  type: 'put',
  key: `/skydns/${path}`,
  value: JSON.stringify(record),
  lease: NO_LEASE,
});

const metric = async (server: TestServer, name: string): Promise<string> =>
  (await server.registry.getSingleMetricAsString(name))
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');

/** `-nameservers` with these. */
const asking = (...servers: readonly { readonly address: { readonly host: string; readonly port: number } }[]) =>
  `-nameservers=${servers.map(({ address }) => `${address.host}:${address.port}`).join(',')}`;

describe('names outside of the domains, with Knot as the name server', () => {
  const ZONE = `$ORIGIN example.org.
@ 300 SOA ns admin 1 3600 600 86400 30
@ 300 NS ns
ns 300 A 10.0.0.53
www 300 A 10.1.0.1
www 300 AAAA 2001:db8::1
alias 300 CNAME www
gone 300 CNAME nothing
home 300 CNAME web.skydns.local.
mail 300 MX 10 www
${Array.from({ length: 100 }, (_, i) => `many 300 A 10.2.0.${i + 1}`).join('\n')}
`;
  let knot: Knot;
  let server: TestServer;

  beforeAll(async () => {
    knot = await startKnot({ domain: 'example.org', zoneText: ZONE, logLevel: 'error' });
  });
  afterAll(() => knot.stop());

  beforeEach(async () => {
    server = await start(asking(knot));
  });

  it.each(['udp', 'tcp'] as const)('are answered over %s as it answers them', async (transport) => {
    const found = await server.ask('WwW.example.org', 'A', { transport });
    expect(found).toMatchObject({ rcode: 'NOERROR', texts: ['WwW.example.org. 300 IN A 10.1.0.1'] });
    expect(found.packet).toMatchObject({ flag_ra: true, flag_aa: false, flag_rd: true });
    const alias = await server.ask('alias.example.org', 'AAAA', { transport });
    expect(alias.texts).toEqual([
      'alias.example.org. 300 IN CNAME www.example.org.',
      'www.example.org. 300 IN AAAA 2001:db8::1',
    ]);
    const mail = await server.ask('mail.example.org', 'MX', { transport });
    expect(mail.texts).toEqual(['mail.example.org. 300 IN MX 10 www.example.org.']);
    expect(mail.additionals).toContain('www.example.org. 300 IN A 10.1.0.1');
    const missing = await server.ask('no.example.org', 'A', { transport });
    expect(missing).toMatchObject({ rcode: 'NXDOMAIN', texts: [] });
    expect(missing.authorities.join()).toMatch(/^example.org. \d+ IN SOA /);
    const none = await server.ask('www.example.org', 'TXT', { transport });
    expect(none).toMatchObject({ rcode: 'NOERROR', texts: [] });
  });

  it('are asked for over TCP when the answer is long, and then truncated for a client over UDP', async () => {
    const whole = await server.ask('many.example.org', 'A', { transport: 'tcp' });
    expect(whole.texts).toHaveLength(100);
    const cut = await server.ask('many.example.org', 'A');
    expect(cut.packet.flag_tc).toBe(true);
  });

  it('are the ends of aliases here', async () => {
    await server.reached(
      await write(
        put('local/skydns/w', { host: 'alias.example.org', ttl: 20 }),
        put('local/skydns/gone', { host: 'gone.example.org' }),
        put('local/skydns/back', { host: 'home.example.org' }),
        put('local/skydns/web', { host: '10.0.0.1' }),
      ),
    );
    const found = await server.ask('w.skydns.local', 'A');
    expect(found.texts).toEqual([
      'w.skydns.local. 20 IN CNAME alias.example.org.',
      'alias.example.org. 300 IN CNAME www.example.org.',
      'www.example.org. 300 IN A 10.1.0.1',
    ]);
    expect(found.packet).toMatchObject({ flag_aa: true, flag_ra: true });
    // RFC 6604, section 3: the code is about the last name.
    const gone = await server.ask('gone.skydns.local', 'A');
    expect(gone).toMatchObject({ rcode: 'NXDOMAIN' });
    expect(gone.texts).toEqual([
      'gone.skydns.local. 3600 IN CNAME gone.example.org.',
      'gone.example.org. 300 IN CNAME nothing.example.org.',
    ]);
    expect(gone.authorities.join()).toContain('example.org. ');
    const none = await server.ask('w.skydns.local', 'TXT');
    expect(none).toMatchObject({ rcode: 'NOERROR' });
    expect(none.authorities.join()).toContain('example.org. ');
    // The other server knows nothing of the zone that the alias leads back to.
    for (const name of ['back.skydns.local', 'home.example.org']) {
      const back = await server.ask(name, 'A');
      expect(back).toMatchObject({ rcode: 'NOERROR' });
      expect(back.texts.at(-1)).toBe('web.skydns.local. 3600 IN A 10.0.0.1');
      expect(back.texts.at(-2)).toBe('home.example.org. 300 IN CNAME web.skydns.local.');
    }
    const own = await server.ask('w.skydns.local', 'CNAME');
    expect(own.texts).toEqual(['w.skydns.local. 20 IN CNAME alias.example.org.']);
  });

  it('have addresses that go with SRV records, as far as there are any', async () => {
    await server.reached(
      await write(
        put('local/skydns/db/1', { host: 'alias.example.org', port: 1 }),
        put('local/skydns/db/2', { host: 'no.example.org', port: 2 }),
        put('local/skydns/db/3', { host: '10.0.0.3', port: 3 }),
      ),
    );
    const found = await server.ask('db.skydns.local', 'SRV', { transport: 'tcp' });
    expect(found.texts).toHaveLength(3);
    expect(found.additionals).toEqual([
      'alias.example.org. 300 IN CNAME www.example.org.',
      'www.example.org. 300 IN A 10.1.0.1',
      'www.example.org. 300 IN AAAA 2001:db8::1',
      '3.db.skydns.local. 3600 IN A 10.0.0.3',
    ]);
  });

  it('are addresses of a name that has several of them', async () => {
    await server.reached(
      await write(
        put('local/skydns/w/1', { host: 'alias.example.org', ttl: 20 }),
        put('local/skydns/w/2', { host: 'ns.example.org' }),
        put('local/skydns/w/3', { host: '10.0.0.3' }),
      ),
    );
    const found = await server.ask('w.skydns.local', 'A');
    expect(found.texts.toSorted()).toEqual([
      'w.skydns.local. 20 IN A 10.0.0.3',
      'w.skydns.local. 20 IN A 10.0.0.53',
      'w.skydns.local. 20 IN A 10.1.0.1',
    ]);
    const other = await server.ask('w.skydns.local', 'AAAA');
    expect(other.texts).toEqual(['w.skydns.local. 20 IN AAAA 2001:db8::1']);
  });
});

describe('name servers', () => {
  const answering = reply('www.example.org. 60 IN A 10.0.0.1');
  const failing = reply('', { rcode: Rcode.SERVFAIL });

  it('are asked in turn until one answers', async () => {
    const away = { address: { host: '127.0.0.1', port: await freePort() } };
    const [broken, good] = [await startUpstream(failing), await startUpstream(answering)];
    const server = await start(asking(away, broken, good), '-ns-rotate=false');
    const found = await server.ask('www.example.org', 'A');
    expect(found.texts).toEqual(['www.example.org. 60 IN A 10.0.0.1']);
    const tries = await metric(server, 'wharf_dns_upstream_seconds');
    const label = `server="127.0.0.1:${good.address.port}",outcome="answered"`;
    expect(tries).toContain(`wharf_dns_upstream_seconds_count{${label}} 1`);
    expect(tries).toContain(`outcome="network"`);
    expect(tries).toContain(`outcome="answer"`);
  });

  it('are not asked again for what is known, until a restart or a change of servers', async () => {
    const [one, other] = [await startUpstream(answering), await startUpstream(answering)];
    const server = await start(asking(one));
    for (let i = 0; i < 3; i++) expect((await server.ask('www.example.org', 'A')).rcode).toBe('NOERROR');
    expect(one.queries).toHaveLength(1);
    expect(await metric(server, 'wharf_dns_forwarded_total')).toBe(
      'wharf_dns_forwarded_total{outcome="answered"} 1\nwharf_dns_forwarded_total{outcome="cached"} 2',
    );
    expect(await metric(server, 'wharf_dns_cached_answers')).toBe('wharf_dns_cached_answers 1');
    const address = `${other.address.host}:${other.address.port}`;
    await server.reached(await write(put('config', { nameservers: [address] })));
    await eventually('the other one is asked', async () => {
      await server.ask('www.example.org', 'A');
      expect(other.queries).toHaveLength(1);
    });
    expect(one.queries).toHaveLength(1);
  });

  it('are asked about one of several names that have no addresses, and it stays that one while they are asked', async () => {
    const upstream = await startUpstream(reply('', { rcode: Rcode.NXDOMAIN }));
    let turn = 0;
    const next = (): number => (turn++ % 10) / 10;
    const server = await startTestServer(store, [asking(upstream)], next);
    closing.push(() => server.agent.stop());
    const hosts = Array.from({ length: 10 }, (_, at) => put(`local/skydns/w/${at}`, { host: `${at}.example.org` }));
    await server.reached(await write(...hosts));
    const found = await server.ask('w.skydns.local', 'TXT', { recursionDesired: true });
    expect(found).toMatchObject({ rcode: 'NXDOMAIN', texts: [expect.stringContaining('CNAME')] });
    const asked = upstream.queries.flatMap(({ query }) => query.questions).filter(({ type }) => type === 'TXT');
    expect(asked).toHaveLength(1);
  });

  it('are told from forgers', async () => {
    const upstream = await startUpstream(async (query) => {
      const forged = reply('www.example.org. 60 IN A 192.0.2.66')({ ...query, id: query.id ^ 1 });
      return [...(await forged), ...(await answering(query))];
    });
    const server = await start(asking(upstream));
    expect((await server.ask('www.example.org', 'A')).texts).toEqual(['www.example.org. 60 IN A 10.0.0.1']);
    const ignored = await metric(server, 'wharf_dns_upstream_ignored_packets_total');
    expect(ignored).toBe('wharf_dns_upstream_ignored_packets_total{reason="id"} 1');
  });

  it('keep nothing with -rcache 0', async () => {
    const upstream = await startUpstream(answering);
    const server = await start(asking(upstream), '-rcache=0');
    for (let i = 0; i < 3; i++) await server.ask('www.example.org', 'A');
    expect(upstream.queries).toHaveLength(3);
  });

  it('that do not answer are SERVFAIL with the reason, also behind an alias, and at once the next time', async () => {
    const upstream = await startUpstream(failing);
    const server = await start(asking(upstream));
    await server.reached(await write(put('local/skydns/w', { host: 'www.example.org' })));
    const failed = await server.ask('www.example.org', 'A', { edns: {} });
    expect(failed).toMatchObject({ rcode: 'SERVFAIL', texts: [], edns: { extendedErrors: [22] } });
    const asked = upstream.queries.length;
    const behind = await server.ask('w.skydns.local', 'A', { edns: {} });
    expect(behind).toMatchObject({ rcode: 'SERVFAIL', edns: { extendedErrors: [22] } });
    expect(behind.texts).toEqual(['w.skydns.local. 3600 IN CNAME www.example.org.']);
    expect(upstream.queries).toHaveLength(asked);
  });

  it.each(['-ns-rotate', '-ns-rotate=false'])(
    'that are silent come after those that answer, with %s',
    async (order) => {
      const [silent, good] = [await startUpstream(silence), await startUpstream(reply(''))];
      const server = await start(asking(silent, good), '-rtimeout=100ms', order);
      for (let n = 0; n < 5; n++) {
        expect(await server.ask(`n${n}.example.org`, 'A')).toMatchObject({ rcode: 'NOERROR' });
      }
      expect(silent.queries).toHaveLength(1);
      expect(good.queries).toHaveLength(5);
    },
  );

  it('that are silent do not hold up what they would only add to', async () => {
    const upstream = await startUpstream(silence);
    const server = await start(asking(upstream), '-rtimeout=100ms');
    await server.reached(
      await write(
        put('local/skydns/db/1', { host: 'www.example.org', port: 1 }),
        put('local/skydns/db/2', { host: '10.0.0.2', port: 2 }),
      ),
    );
    const found = await server.ask('db.skydns.local', 'SRV');
    expect(found).toMatchObject({ rcode: 'NOERROR', additionals: ['2.db.skydns.local. 3600 IN A 10.0.0.2'] });
    expect(found.texts).toHaveLength(2);
    const addresses = await server.ask('db.skydns.local', 'A');
    expect(addresses.texts).toEqual(['db.skydns.local. 3600 IN A 10.0.0.2']);
  });

  it('are not asked where nobody may be: the name is refused, and an alias stands alone', async () => {
    const upstream = await startUpstream(answering);
    const server = await start(asking(upstream), '-no-rec');
    await server.reached(
      await write(
        put('local/skydns/w', { host: 'www.example.org' }),
        put('local/skydns/db', { host: 'www.example.org', port: 1 }),
      ),
    );
    const refused = await server.ask('www.example.org', 'A', { edns: {} });
    expect(refused).toMatchObject({ rcode: 'REFUSED', edns: { extendedErrors: [20] } });
    expect(refused.packet.flag_ra).toBe(false);
    const alias = await server.ask('w.skydns.local', 'A');
    expect(alias).toMatchObject({ rcode: 'NOERROR', texts: ['w.skydns.local. 3600 IN CNAME www.example.org.'] });
    expect((await server.ask('db.skydns.local', 'SRV')).additionals).toEqual([]);
    expect(upstream.queries).toEqual([]);
  });

  it('are not asked for who wants no recursion, nor about names of few labels', async () => {
    const upstream = await startUpstream(answering);
    const server = await start(asking(upstream), '-ndots=3');
    const unasked = await server.ask('www.example.org', 'A', { recursionDesired: false, edns: {} });
    expect(unasked).toMatchObject({ rcode: 'REFUSED', edns: { extendedErrors: [20] } });
    expect(unasked.packet.flag_ra).toBe(true);
    const short = await server.ask('example.org', 'A', { edns: {} });
    expect(short).toMatchObject({ rcode: 'SERVFAIL', edns: { extendedErrors: [22] } });
    expect(upstream.queries).toEqual([]);
  });

  it('that ask each other come to an end, and none asks itself', async () => {
    const [one, other] = [await start('-rtimeout=100ms'), await start('-rtimeout=100ms')];
    const nameservers = [one, other].map(({ port }) => `127.0.0.1:${port}`);
    const revision = await write(put('config', { nameservers }));
    await Promise.all([one.reached(revision), other.reached(revision)]);
    const failed = await one.ask('www.example.org', 'A', { edns: {} });
    expect(failed).toMatchObject({ rcode: 'SERVFAIL', edns: { extendedErrors: [22] } });
    for (const [server, asked] of [[one, other] as const, [other, one] as const]) {
      const tries = await metric(server, 'wharf_dns_upstream_seconds');
      const counts = [...tries.matchAll(/_count{server="127.0.0.1:(\d+)".*} (\d+)/g)];
      expect(counts.map(([, port]) => Number(port))).toEqual(counts.map(() => asked.port));
      expect(counts.reduce((sum, [, , count]) => sum + Number(count), 0)).toBeLessThanOrEqual(2);
    }
  });

  it('may be none', async () => {
    const server = await start();
    const failed = await server.ask('www.example.org', 'A', { edns: {} });
    expect(failed).toMatchObject({ rcode: 'SERVFAIL', edns: { extendedErrors: [22] } });
    expect(failed.packet.flag_ra).toBe(false);
  });

  it('do not hold up the own zone, however many questions they leave open', async () => {
    const QUESTIONS = 10_000;
    const upstream = await startUpstream(silence);
    const server = await start(asking(upstream), '-rtimeout=60s');
    await server.reached(await write(put('local/skydns/w', { host: '10.0.0.1' })));
    const client = createSocket('udp4');
    const replies: Buffer[] = [];
    client.on('message', (bytes) => replies.push(bytes));
    client.connect(server.port, '127.0.0.1');
    await once(client, 'connect');
    for (let sent = 0; sent < QUESTIONS; sent++) {
      client.send(encodeDnsQuery({ name: `n${sent}.example.org`, type: 'A', recursionDesired: true }));
      if (sent % 100 > 0) continue;
      const found = await server.ask('w.skydns.local', 'A');
      expect(found.texts).toEqual(['w.skydns.local. 3600 IN A 10.0.0.1']);
    }
    await eventually('what is too much is answered', async () => {
      expect(await metric(server, 'wharf_dns_forwarded_total')).toContain('outcome="overloaded"');
      expect(await metric(server, 'wharf_dns_upstream_under_way')).toBe('wharf_dns_upstream_under_way 500');
    });
    expect(upstream.queries.length).toBeLessThanOrEqual(500);
    expect(replies.every((bytes) => (bytes.readUInt8(3) & 0xf) === Rcode.SERVFAIL)).toBe(true);
    const before = replies.length;
    await closing.pop()?.();
    // A stop gives up what is under way, and says so.
    await eventually('the rest is answered', () => expect(replies.length).toBeGreaterThan(before));
    client.close();
    await once(client, 'close');
  });

  it('are given up when the server stops, over TCP too', async () => {
    const upstream = await startUpstream(silence);
    const server = await start(asking(upstream));
    const open = (['udp', 'tcp'] as const).map((transport) =>
      server.ask('www.example.org', 'A', { transport, edns: {} }),
    );
    await eventually('it is asked', () => expect(upstream.queries.length).toBeGreaterThan(0));
    await eventually('both wait', async () => {
      const queries = await server.registry.getSingleMetricAsString('wharf_dns_tcp_connections');
      expect(queries).toContain('wharf_dns_tcp_connections 1');
    });
    await closing.pop()?.();
    for (const answer of await Promise.all(open)) expect(answer).toMatchObject({ rcode: 'SERVFAIL' });
  });
});

describe('stub zones', () => {
  const answering: Script = (query) => {
    const [question] = query.questions;
    const name = question?.name.join('.') ?? '';
    return reply(`${name}. 60 IN A 10.0.0.9`)(query);
  };

  it('are followed as records come and go, and go before the domain that they are a part of', async () => {
    const [usual, stub] = [await startUpstream(reply('', { rcode: Rcode.NXDOMAIN })), await startUpstream(answering)];
    const server = await start(asking(usual), '-stubzones');
    const stubRecord = { host: '127.0.0.1', port: stub.address.port };
    await server.reached(await write(put('local/skydns/w', { host: '10.0.0.2' })));
    const names = ['www.corp.example', 'a.team.skydns.local'];
    const ask = async (name: string): Promise<string> => (await server.ask(name, 'A')).rcode;
    expect(await Promise.all(names.map(ask))).toEqual(['NXDOMAIN', 'NXDOMAIN']);
    await server.reached(
      await write(
        put('local/skydns/dns/stub/example/corp/1', stubRecord),
        put('local/skydns/dns/stub/local/skydns/team/1', stubRecord),
        put('local/skydns/dns/stub/local/skydns/1', stubRecord),
        put('local/skydns/team/b', { host: '10.0.0.1' }),
      ),
    );
    expect(await Promise.all(names.map(ask))).toEqual(['NOERROR', 'NOERROR']);
    expect((await server.ask('b.team.skydns.local', 'A')).texts).toEqual(['b.team.skydns.local. 60 IN A 10.0.0.9']);
    expect((await server.ask('w.skydns.local', 'A')).texts).toEqual(['w.skydns.local. 3600 IN A 10.0.0.2']);
    expect(server.agent.debug?.['forwarding']?.()).toMatchObject({
      stubZones: { 'corp.example': [`127.0.0.1:${stub.address.port}`] },
      rejectedStubs: [{ reason: 'its zone is a domain that is answered here' }],
    });
    await server.reached(
      await write(
        { type: 'delete', key: '/skydns/local/skydns/dns/stub/example/corp/1' },
        { type: 'delete', key: '/skydns/local/skydns/dns/stub/local/skydns/team/1' },
      ),
    );
    expect(await Promise.all(names.map(ask))).toEqual(['NXDOMAIN', 'NXDOMAIN']);
    expect((await server.ask('b.team.skydns.local', 'A')).texts).toEqual(['b.team.skydns.local. 3600 IN A 10.0.0.1']);
  });

  it('of two servers that name each other end after one step', async () => {
    const [one, other] = [
      await start('-stubzones', '-domain=one.local'),
      await start('-stubzones', '-domain=two.local'),
    ];
    const revision = await write(
      put('local/one/dns/stub/example/corp/1', { host: '127.0.0.1', port: other.port }),
      put('local/two/dns/stub/example/corp/1', { host: '127.0.0.1', port: one.port }),
    );
    await Promise.all([one.reached(revision), other.reached(revision)]);
    const failed = await one.ask('www.corp.example', 'A', { edns: {} });
    expect(failed).toMatchObject({ rcode: 'SERVFAIL', edns: { extendedErrors: [22] } });
    expect(await metric(other, 'wharf_dns_forwarded_total')).toContain('outcome="refused"');
    expect(await metric(one, 'wharf_dns_forwarded_total')).not.toContain('outcome="refused"');
  });
});
