import { systemClock } from '@wharf/agent';
import { createMemoryKeyStore, type LeaseId, type MemoryKeyStore, NO_LEASE, type Operation } from '@wharf/etcd-client';
import { encodeDnsQuery, eventually, exchangeDns } from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectedReplies, readScenarios } from './testing/read-scenarios.ts';
import { showReply } from './testing/shown-reply.ts';
import { startTestServer, type TestServer } from './testing/start-server.ts';

let store: MemoryKeyStore;
const servers: TestServer[] = [];

beforeEach(() => {
  store = createMemoryKeyStore({ clock: systemClock });
});

afterEach(async () => {
  for (const { agent } of servers.splice(0)) await agent.stop();
  await store.close();
});

const start = async (args?: readonly string[], random?: () => number): Promise<TestServer> => {
  const server = await startTestServer(store, args, random);
  servers.push(server);
  return server;
};

const write = async (...operations: Operation[]): Promise<number> =>
  (await store.transact({ guards: [], operations })).revision;

const put = (key: string, value: string, lease: LeaseId = NO_LEASE): Operation => ({ type: 'put', key, value, lease });

describe('the scenarios, over sockets', () => {
  const runs = readScenarios().flatMap(([file, scenario]) =>
    (['udp', 'tcp'] as const).map((transport) => ({ file, transport, scenario })),
  );

  it.each(runs)('$file over $transport', async ({ scenario, transport }) => {
    const server = await start(scenario.args);
    const shown: unknown[] = [];
    let revision = 0;
    for (const step of scenario.steps) {
      if (step.type !== 'query') {
        const operation = step.type === 'put' ? put(step.key, step.value) : step;
        const written = await write(operation);
        // The server is not told of keys outside of its path.
        if (!step.key.startsWith('/skydns2/')) revision = written;
      } else {
        await server.reached(revision);
        const reply = await server.ask(step.name, step.recordType, { transport, ...(step.edns ? { edns: {} } : {}) });
        shown.push({ query: step.title, ...showReply(reply) });
      }
    }
    expect(shown).toEqual(expectedReplies(scenario.steps));
  });
});

describe('a DNS server', () => {
  it('begins each reply with another of several equal records', async () => {
    const turns: number[] = [];
    const server = await start([], () => turns.shift() ?? 0);
    await server.reached(
      await write(...['1', '2', '3'].map((n) => put(`/skydns/local/skydns/w/${n}`, `{"host":"10.0.0.${n}"}`))),
    );
    turns.push(0, 0.4, 0.9);
    const orders: string[] = [];
    for (let query = 0; query < 3; query++) {
      const { texts } = await server.ask('w.skydns.local', 'A');
      orders.push(texts.map((text) => text.slice(-1)).join(''));
    }
    expect(orders).toEqual(['123', '231', '312']);
  });

  it('sends no more over UDP than the client can take, and everything over TCP', async () => {
    const server = await start(['-round-robin=false']);
    const records = Array.from({ length: 100 }, (_, n) => put(`/skydns/local/skydns/w/${n}`, `{"host":"10.0.0.${n}"}`));
    await server.reached(await write(...records));
    const plain = await server.ask('w.skydns.local', 'A');
    expect(plain.packet.flag_tc).toBe(true);
    expect(plain.bytes.length).toBeLessThanOrEqual(512);
    const greedy = await server.ask('w.skydns.local', 'A', { edns: { udpPayloadSize: 65_535 } });
    expect(greedy.packet.flag_tc).toBe(true);
    expect(greedy.bytes.length).toBeGreaterThan(1_200);
    expect(greedy.bytes.length).toBeLessThanOrEqual(1_232);
    expect(greedy.edns?.udpPayloadSize).toBe(1_232);
    const whole = await server.ask('w.skydns.local', 'A', { transport: 'tcp' });
    expect(whole.packet.flag_tc).toBe(false);
    expect(whole.texts).toHaveLength(100);
  });

  it('answers what is no question as the standards say, and lives', async () => {
    const server = await start();
    await server.reached(await write(put('/skydns/local/skydns/w', '{"host":"10.0.0.1"}')));
    const bent = async (bend: (query: Buffer) => void): Promise<number> => {
      const query = encodeDnsQuery({ name: 'w.skydns.local', type: 'A' });
      bend(query);
      return (await exchangeDns({ port: server.port }, query)).readUInt16BE(2) & 0xf;
    };
    const rcodes = {
      noQuestion: await bent((query) => query.writeUInt16BE(0, 4)),
      countsThatLie: await bent((query) => query.writeUInt16BE(0xffff, 6)),
      notify: await bent((query) => query.writeUInt16BE(4 << 11, 2)),
      update: await bent((query) => query.writeUInt16BE(5 << 11, 2)),
    };
    expect(rcodes).toEqual({ noQuestion: 1, countsThatLie: 1, notify: 4, update: 4 });
    expect((await server.ask('w.skydns.local', 'A', { class: 'HS' })).rcode).toBe('NOTIMP');
    expect((await server.ask('w.skydns.local', 'A', { edns: { version: 1 } })).rcode).toBe('BADVERS');
    const answer = encodeDnsQuery({ name: 'w.skydns.local', type: 'A' });
    answer.writeUInt16BE(0x8000, 2);
    await expect(exchangeDns({ port: server.port, timeoutMs: 50 }, answer)).rejects.toThrow(/no reply/);
    await expect(exchangeDns({ port: server.port, timeoutMs: 50 }, Buffer.from('hello'))).rejects.toThrow(/no reply/);
    expect((await server.ask('w.skydns.local', 'A')).texts).toEqual(['w.skydns.local. 3600 IN A 10.0.0.1']);
  });

  it('counts what it answers and what it cannot read', async () => {
    const server = await start();
    await server.reached(
      await write(
        put('/skydns/local/skydns/w', '{"host":"10.0.0.1"}'),
        put('/skydns/local/skydns/w/', '{"host":"10.0.0.2"}'),
        put('/skydns/local/skydns/x', '[]'),
      ),
    );
    await server.ask('w.skydns.local', 'A');
    await server.ask('no.skydns.local', 'UNKNOWN_65280', { transport: 'tcp' });
    expect((await server.registry.metrics()).split('\n')).toEqual(
      expect.arrayContaining([
        'wharf_dns_queries_total{transport="udp",type="A"} 1',
        'wharf_dns_queries_total{transport="tcp",type="other"} 1',
        'wharf_dns_replies_total{transport="udp",rcode="NOERROR"} 1',
        'wharf_dns_replies_total{transport="tcp",rcode="NXDOMAIN"} 1',
        'wharf_dns_records 1',
        'wharf_dns_rejected_records 2',
        'wharf_dns_data_state{state="current"} 1',
        'wharf_dns_failures_total 0',
      ]),
    );
    expect(server.agent.debug['rejected']?.()).toEqual({
      '/skydns/local/skydns/w/': 'its key has an empty label: a slash at its end, or two in a row',
      '/skydns/local/skydns/x': 'it is not a JSON object',
    });
    expect(server.agent.readiness()).toEqual([]);
  });

  it('takes its TTLs from leases: the smaller of what is left and what the record says', async () => {
    const server = await start();
    const lease = (await store.grantLease(1_000)).id;
    const revision = await write(
      put('/skydns/local/skydns/w/1', '{"host":"10.0.0.1"}', lease),
      put('/skydns/local/skydns/v/1', '{"host":"10.0.0.1","ttl":7}', lease),
    );
    await server.reached(revision);
    await eventually('the lease is known', async () => {
      const { texts } = await server.ask('w.skydns.local', 'A');
      expect(texts).toEqual([expect.stringMatching(/^w\.skydns\.local\. (1000|99\d) IN A 10\.0\.0\.1$/)]);
    });
    expect((await server.ask('v.skydns.local', 'A')).texts).toEqual(['v.skydns.local. 7 IN A 10.0.0.1']);
  });
});
