import { type AgentProcess, type DnsQuery, type EtcdServer, eventually, queryDns, startEtcd } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchDnsServer } from './dns-probe.ts';
import { type ForwarderName, RECURSIVE, startForwarder } from './start-forwarder.ts';
import { sumOfSamples } from './stored-keys.ts';
import { putKey } from './write-store.ts';

const ZONE = 'example.test';
const PATH = '/skydns/test/example';
/** How long a cache may remember that there is no such name. */
const MIN_TTL_SECONDS = 3;
/** More than a datagram holds, with EDNS too. */
const MANY = 120;

const names: readonly ForwarderName[] = ['unbound', 'dnsmasq'];

/** What is left of the time in its cache is the forwarder's to say. */
const withoutTtl = (line: string): string => line.replace(/ \d+ IN /, ' IN ');

describe.each(names)('dns-server behind %s', (name) => {
  const cleanup = new AsyncDisposableStack();
  let etcd: EtcdServer;
  let agent: AgentProcess;
  let port: number;

  beforeAll(async () => {
    etcd = await startEtcd();
    cleanup.defer(() => etcd.stop());
    const records = {
      'web/1': { host: '10.0.0.1', port: 80 },
      'web/2': { host: '2001:db8::2', port: 81 },
      alias: { host: `web.${ZONE}` },
      '_tcp/_shop/Shop 2.0 über': { host: '10.0.0.3', port: 82, text: 'region=us "note=a b"' },
    };
    const many = Array.from({ length: MANY }, (_, n) => [`many/${n}`, { host: `10.1.0.${n}` }] as const);
    for (const [key, record] of [...Object.entries(records), ...many])
      await putKey(etcd, `${PATH}/${key}`, JSON.stringify(record));
    const args = ['-no-rec', '-verbose', '-round-robin=false', '-min-ttl', String(MIN_TTL_SECONDS)];
    const server = await launchDnsServer(cleanup, etcd, { domain: ZONE, args });
    agent = server.agent;
    await agent.ready();
    port = await startForwarder(cleanup, name, { zone: ZONE, upstreamPort: server.port });
  });

  afterAll(() => cleanup.disposeAsync());

  const ask = (label: string, type: string, more: Partial<DnsQuery> = {}) =>
    queryDns({ port, name: `${label}.${ZONE}`, type, ...RECURSIVE, ...more });

  /** How many questions have reached the dns-server. */
  const reached = async (labels = ''): Promise<number> =>
    sumOfSamples(await agent.text('/metrics'), 'wharf_dns_queries_total', labels);

  it.each([
    ['web', 'A', [`web.${ZONE}. IN A 10.0.0.1`]],
    ['web', 'AAAA', [`web.${ZONE}. IN AAAA 2001:db8::2`]],
    ['alias', 'A', [`alias.${ZONE}. IN CNAME web.${ZONE}.`, `web.${ZONE}. IN A 10.0.0.1`]],
    ['web', 'SRV', [`web.${ZONE}. IN SRV 10 50 80 1.web.${ZONE}.`, `web.${ZONE}. IN SRV 10 50 81 2.web.${ZONE}.`]],
    ['_shop._tcp', 'PTR', [`_shop._tcp.${ZONE}. IN PTR Shop 2.0 über._shop._tcp.${ZONE}.`]],
    ['1.web', 'TXT', []],
  ])('%s %s is passed on', async (label, type, expected) => {
    const reply = await ask(label, type);
    expect(reply.rcode).toBe('NOERROR');
    expect(reply.texts.map(withoutTtl)).toEqual(expected);
  });

  it('an answer is kept by it, and asked for once', async () => {
    const before = await reached();
    const first = await ask('2.web', 'AAAA');
    for (let again = 0; again < 3; again++) expect((await ask('2.web', 'AAAA')).rcode).toBe('NOERROR');
    expect(first.texts.map(withoutTtl)).toEqual([`2.web.${ZONE}. IN AAAA 2001:db8::2`]);
    expect(await reached()).toBe(before + 1);
  });

  it('that there is no such name is kept for -min-ttl, and no longer', async () => {
    expect((await ask('late', 'A')).rcode).toBe('NXDOMAIN');
    const before = await reached();
    expect((await ask('late', 'A')).rcode).toBe('NXDOMAIN');
    expect(await reached()).toBe(before);
    await putKey(etcd, `${PATH}/late`, '{"host":"10.0.0.4"}');
    await eventually('the record that came later', async () => {
      expect((await ask('late', 'A')).texts.map(withoutTtl)).toEqual([`late.${ZONE}. IN A 10.0.0.4`]);
    });
  });

  it('what is too long for a datagram is asked for over TCP', async () => {
    const before = await reached('transport="tcp"');
    const cut = await ask('many', 'A', { edns: {} });
    expect(cut.packet.flag_tc).toBe(true);
    const whole = await ask('many', 'A', { transport: 'tcp' });
    expect(whole.texts).toHaveLength(MANY);
    expect(await reached('transport="tcp"')).toBeGreaterThan(before);
  });

  // To an answer in another case unbound says nothing, but asks again, and more than once.
  it('random case is answered in the same case', async () => {
    const before = await reached();
    const label = 'a-name-that-does-not-exist-but-has-many-letters';
    const asked = name === 'unbound' ? label : label.replaceAll('a', 'A');
    expect((await ask(asked, 'A')).rcode).toBe('NXDOMAIN');
    expect(await reached()).toBe(before + 1);
    const log = await eventually('the question in the log', () => {
      const [found] = new RegExp(`${label}\\.${ZONE}`, 'i').exec(agent.process.output()) ?? [];
      if (found === undefined) throw new Error(agent.process.output());
      return found;
    });
    expect(log).not.toBe(log.toLowerCase());
  });
});
