import { createManualClock, createMetrics, Registry, silentLogger } from '@wharf/agent';
import { encodeDnsQuery } from '@wharf/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AnswerSources } from '../answer/create-answerer.ts';
import { respond } from '../answer/respond.ts';
import { createPreparation } from '../create-preparation.ts';
import { createQueryAnswerer } from '../create-query-answerer.ts';
import { createServerCookies } from '../edns/server-cookies.ts';
import { createForwarding } from '../forwarding.ts';
import { dnsServerMetrics } from '../metrics.ts';
import { createZoneData } from '../records/zone-data.ts';
import { configureServer } from '../testing/configure-server.ts';

const CD = 0x10;

/** A server without sockets: what it says at once to a query from its bytes, and what it says when it reads it. */
function createBothWays(args: readonly string[], isLocal: boolean) {
  const { answers, listen, pathPrefix } = configureServer(args);
  const clock = createManualClock();
  const registry = new Registry();
  const metrics = createMetrics(dnsServerMetrics, registry);
  const data = createZoneData({
    prefix: pathPrefix,
    nameSeed: 1,
    onRejected: () => undefined,
    onUpdated: () => undefined,
  });
  for (const [key, value] of [
    ['/skydns/arpa/in-addr/10/0/0/9', '{"host":"nine.skydns.local"}'],
    ['/skydns/local/skydns/dns/stub/stub.example/a', '{"host":"127.0.0.1","port":9}'],
  ] as const) {
    const entry = { key, value, createRevision: 1, modRevision: 1, lease: '0' };
    data.sink.applyChanges([{ type: 'put', entry }], 1);
  }
  const index = () => data.index;
  const random = () => 0.5;
  const forwarding = createForwarding({
    answers,
    listen,
    systemNameservers: [{ host: '127.0.0.1', port: 9 }],
    index,
    clock,
    log: silentLogger,
    random,
    metrics,
  });
  onTestFinished(() => forwarding.close());
  const sources: AnswerSources = {
    index,
    state: () => 'current',
    recordsOfAddress: () => [],
    remainingSeconds: () => undefined,
    wallMs: () => 0,
    server: { version: 'wharf', hostname: 'host' },
    random,
    stubZones: () => forwarding.stubZones(),
  };
  const cookies = createServerCookies([Buffer.alloc(16, 1)]);
  const shared = { listen, sources, forwarding, cookies, metrics };
  const answer = createQueryAnswerer(answers, shared);
  const prepared = createPreparation({ ...shared, nameSeed: 1, leaseEnd: () => undefined, clock })(answers);
  const client = { transport: 'udp', address: () => '192.0.2.1', isLocal: () => isLocal } as const;
  const into = Buffer.alloc(2_048);
  return {
    registry,
    fast(query: Buffer): Buffer | undefined {
      const octets = prepared.answer(query, 0, query.length, client, into, 7);
      return octets === 0 ? undefined : Buffer.from(into.subarray(7, 7 + octets));
    },
    /** Undefined when others are asked. */
    slow(query: Buffer): Buffer | undefined {
      const exchange = respond(query, 'udp', (message) => answer(message, client));
      return exchange instanceof Promise ? undefined : exchange.reply?.bytes;
    },
  };
}

/** An OPT record with DO and a client's cookie. */
const OPT = Buffer.from('00002904d000008000000c000a00080123456789abcdef', 'hex');

function queryOf(name: string, type: string, isDesired: boolean, isLong: boolean): Buffer {
  const query = encodeDnsQuery({ name, type, recursionDesired: isDesired });
  query[3] = CD;
  if (!isLong) return query;
  query[11] = 1;
  return Buffer.concat([query, OPT]);
}

const names = ['.', 'example.org', 'WWW.Example.org', 'org', 'local', 'arpa.example', 'in-addr', 'x'.repeat(63)];
const types = ['A', 'ANY', 'UNKNOWN_65', 'OPT', 'UNKNOWN_4711'];
const questions = names.flatMap((name) => types.map((type) => [name, type] as const));

describe('names outside', () => {
  it.each([
    { args: ['-no-rec'], isLocal: true, isDesired: false },
    { args: ['-no-rec'], isLocal: true, isDesired: true },
    { args: ['-no-rec'], isLocal: false, isDesired: true },
    { args: [], isLocal: true, isDesired: false },
    { args: [], isLocal: false, isDesired: true },
    { args: ['-stubzones'], isLocal: false, isDesired: true },
  ])('are refused as the answerer refuses them: $args, local $isLocal, RD $isDesired', (given) => {
    const server = createBothWays(given.args, given.isLocal);
    for (const [name, type] of questions) {
      for (const isLong of [false, true]) {
        const query = queryOf(name, type, given.isDesired, isLong);
        expect(server.fast(query), `${name} ${type}`).toEqual(server.slow(query));
      }
    }
  });

  it.each([
    { why: 'others are asked', args: [], name: 'example.org' },
    { why: 'others might be asked about another name', args: ['-no-rec', '-stubzones'], name: 'example.org' },
    { why: 'the name is that of an address', args: ['-no-rec'], name: '9.0.0.10.in-addr.arpa' },
    { why: 'the zone is not transferred', args: ['-no-rec'], name: 'example.org', type: 'AXFR' },
  ])('are for the answerer where $why', ({ args, name, type = 'A' }) => {
    expect(createBothWays(args, true).fast(queryOf(name, type, true, true))).toBeUndefined();
  });

  it('are counted as the answerer counts them', async () => {
    const server = createBothWays(['-no-rec'], true);
    const counted = async () => {
      const text = await server.registry.metrics();
      return text.split('\n').filter((line) => /^wharf_dns_(forwarded|cookies)_total/.test(line));
    };
    server.fast(queryOf('example.org', 'A', true, true));
    const before = await counted();
    expect(before).toEqual([
      'wharf_dns_cookies_total{verdict="new"} 1',
      'wharf_dns_forwarded_total{outcome="refused"} 1',
    ]);
    server.slow(queryOf('example.org', 'A', true, true));
    expect(await counted()).toEqual(before.map((line) => line.replace(/1$/, '2')));
  });
});

describe('options', () => {
  const withOptions = (name: string, options: string): Buffer => {
    const octets = Buffer.from(options.replaceAll(' ', ''), 'hex');
    const opt = Buffer.concat([Buffer.from('00002904d00000800000', 'hex'), Buffer.of(octets.length), octets]);
    const query = encodeDnsQuery({ name, type: 'A', recursionDesired: false });
    query[11] = 1;
    return Buffer.concat([query, opt]);
  };
  const some = [
    ['a cookie that is none', '000a 0001 01'],
    ['an empty cookie', '000a 0000'],
    ['a cookie that is too long', `000a 0029 ${'01'.repeat(41)}`],
    ['two cookies, the second none', '000a 0008 0102030405060708 000a 0001 01'],
    ['NSID', '0003 0000'],
    ['keepalive', '000b 0002 0001'],
    ['what nobody knows', 'fde8 0003 010203 000e 0002 0001'],
  ] as const;

  it.each(some)('are answered as the answerer answers them: %s', (_what, options) => {
    const server = createBothWays([], true);
    for (const name of ['example.org', 'none.skydns.local', '.']) {
      const query = withOptions(name, options);
      expect(server.fast(query)).toEqual(server.slow(query));
    }
  });

  it('are for the answerer where others answer them', () => {
    expect(createBothWays(['-nsid=here'], true).fast(withOptions('example.org', '0003 0000'))).toBeUndefined();
    expect(createBothWays([], true).fast(withOptions('example.org', 'fdf3 0001 01'))).toBeUndefined();
  });

  it('leave cookies alone without -cookies', () => {
    const server = createBothWays(['-cookies=false'], true);
    const query = withOptions('example.org', '000a 0001 01');
    expect(server.fast(query)).toEqual(server.slow(query));
  });

  it('that are malformed are counted as queries', async () => {
    const { registry, ...server } = createBothWays([], true);
    server.fast(withOptions('example.org', '000a 0000'));
    const text = await registry.metrics();
    expect(text).toContain('wharf_dns_queries_total{transport="udp",type="A"} 1\n');
    expect(text).toContain('wharf_dns_replies_total{transport="udp",rcode="FORMERR"} 1\n');
    expect(text).not.toContain('wharf_dns_cookies_total{');
  });
});
