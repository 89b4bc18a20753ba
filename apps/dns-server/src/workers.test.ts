import { systemClock } from '@wharf/agent';
import { createMemoryKeyStore, type MemoryKeyStore } from '@wharf/etcd-client';
import { eventually } from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorker } from './io/start-worker.ts';
import { startTestServer, type TestServer } from './testing/start-server.ts';
import type { StartedThread, StartThread } from './threads/running-thread.ts';

const WORKERS = 3;

describe('a DNS server with several workers', { timeout: 60_000 }, () => {
  let store: MemoryKeyStore;
  let server: TestServer;
  const started: StartedThread[] = [];

  const startThread: StartThread = (settings, listener) => {
    const thread = startWorker(settings, listener);
    started.push(thread);
    return thread;
  };

  const put = (name: string, value: string, lease = '0'): Promise<void> =>
    write(`/skydns/local/skydns/${name}`, value, lease);

  const write = async (key: string, value: string, lease = '0'): Promise<void> => {
    const operation = { type: 'put', key, value, lease } as const;
    await server.reached((await store.transact({ guards: [], operations: [operation] })).revision);
  };

  /** Asks from so many ports that the system lets every worker answer. */
  const askAll = async (name: string): Promise<ReadonlySet<string>> => {
    const replies = await Promise.all(Array.from({ length: 60 }, () => server.ask(`${name}.skydns.local`, 'A')));
    return new Set(replies.map(({ rcode, texts }) => `${rcode} ${texts.join(', ')}`));
  };

  const untilAll = (name: string, answer: string): Promise<void> =>
    eventually(`all say ${answer}`, async () => expect([...(await askAll(name))]).toEqual([answer]));

  const shown = async (): Promise<string> => (await server.agent.exposition?.metrics()) ?? '';
  const metric = async (name: string): Promise<number> =>
    Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(await shown())?.[1]);
  /** Queries that all of them have counted, and the first of them alone. */
  const counted = async (): Promise<readonly [number, number]> => {
    const queries = /^wharf_dns_queries_total\{transport="udp",type="A"\} (\d+)$/m;
    return [Number(queries.exec(await shown())?.[1]), Number(queries.exec(await server.registry.metrics())?.[1])];
  };

  beforeEach(async () => {
    store = createMemoryKeyStore({ clock: systemClock });
    server = await startTestServer(store, ['-workers', String(WORKERS)], Math.random, { startThread });
  });

  afterEach(async () => {
    await server.agent.stop();
    await store.close();
    started.length = 0;
  });

  it('answers with all of them from the same records, and shows what they count together', async () => {
    expect(started).toHaveLength(WORKERS - 1);
    await put('w', '{"host":"10.0.0.1"}');
    await untilAll('w', 'NOERROR w.skydns.local. 3600 IN A 10.0.0.1');
    await put('w', '{"host":"10.0.0.2"}');
    await untilAll('w', 'NOERROR w.skydns.local. 3600 IN A 10.0.0.2');
    const [before, beforeHere] = await counted();
    await askAll('w');
    const [after, afterHere] = await counted();
    expect(after - before).toBe(60);
    expect(afterHere - beforeHere).toBeLessThan(60);
    expect(await metric('wharf_dns_records')).toBe(1);
  });

  it('counts leases down in all of them', async () => {
    const lease = await store.grantLease(1_000);
    await put('w', '{"host":"10.0.0.1"}', lease.id);
    await eventually('all know the lease', async () => {
      for (const answer of await askAll('w')) expect(answer).toMatch(/^NOERROR w\.skydns\.local\. (1000|99\d) IN A/);
    });
  });

  it('answers with all of them by the configuration in the store, also with one that was started again', async () => {
    await put('w', '{"host":"10.0.0.1"}');
    await write('/skydns/config', '{"ttl":7}');
    await untilAll('w', 'NOERROR w.skydns.local. 7 IN A 10.0.0.1');
    started[0]?.terminate();
    await eventually('all serve', async () => {
      expect(started).toHaveLength(WORKERS);
      expect(await metric('wharf_dns_workers')).toBe(WORKERS);
    });
    await untilAll('w', 'NOERROR w.skydns.local. 7 IN A 10.0.0.1');
  });

  it('starts one that ended again, which then knows everything', async () => {
    await put('w', '{"host":"10.0.0.1"}');
    started[0]?.terminate();
    await eventually('it is started again', () => expect(started).toHaveLength(WORKERS));
    await put('x', '{"host":"10.0.0.2"}');
    await eventually('all serve', async () => expect(await metric('wharf_dns_workers')).toBe(WORKERS));
    await untilAll('w', 'NOERROR w.skydns.local. 3600 IN A 10.0.0.1');
    await untilAll('x', 'NOERROR x.skydns.local. 3600 IN A 10.0.0.2');
    expect(await metric('wharf_dns_lost_threads_total')).toBe(1);
  });
});
