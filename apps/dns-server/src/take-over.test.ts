import { setTimeout as delay } from 'node:timers/promises';
import { Registry, silentLogger, systemClock } from '@wharf/agent';
import { createMemoryKeyStore, type KeyStore, type MemoryKeyStore } from '@wharf/etcd-client';
import { eventually, freePort, queryDns } from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDnsServer } from './app.ts';
import { configureStored } from './testing/configure-server.ts';
import { reply, startScriptedNameServer } from './testing/scripted-name-server.ts';

const NAME = 'web.skydns.local';
const QUESTIONS = 40;

/** A store whose records cannot be listed before `open` is called. */
function slowToList(store: KeyStore): { readonly store: KeyStore; open(): void } {
  const opened = Promise.withResolvers<void>();
  return {
    open: () => opened.resolve(),
    store: {
      ...store,
      async *list(prefix) {
        await opened.promise;
        yield* store.list(prefix);
      },
    },
  };
}

let store: MemoryKeyStore;
let port = 0;

beforeEach(async () => {
  store = createMemoryKeyStore({ clock: systemClock });
  port = await freePort();
  const operation = { type: 'put', key: '/skydns/local/skydns/web/1', value: '{"host":"10.0.0.1"}' } as const;
  await store.transact({ guards: [], operations: [operation] });
});

afterEach(() => store.close());

function createServer(given: KeyStore, ...args: readonly string[]) {
  const configuration = configureStored(['-addr', `127.0.0.1:${port}`, ...args]);
  const { random } = Math;
  const context = { log: silentLogger, clock: systemClock, random, registry: new Registry(), hostname: 'host' };
  return createDnsServer(configuration.server, { ...context, store: given, configuration });
}

describe.each([1, 2])('servers with -reuse-port and %i workers each', { timeout: 60_000 }, (workers) => {
  const create = (given: KeyStore, ...args: readonly string[]) =>
    createServer(given, '-workers', String(workers), ...args);

  /** Asks from one port after another, so that every server at the address is asked; fails when one does not answer. */
  const answers = async (count = QUESTIONS): Promise<ReadonlySet<string>> => {
    const seen = new Set<string>();
    for (let asked = 0; asked < count; asked++) {
      const { rcode, texts } = await queryDns({ port, name: NAME, type: 'A', timeoutMs: 5_000 });
      seen.add([rcode, ...texts.map((text) => text.split(' ').at(-1))].join(' '));
    }
    return seen;
  };

  it('take over from each other without a question that is lost or answered wrongly', async () => {
    const first = create(store, '-reuse-port');
    await first.start();
    const slow = slowToList(store);
    const second = create(slow.store, '-reuse-port');
    const starting = second.start();
    expect(await answers()).toEqual(new Set(['NOERROR 10.0.0.1']));
    slow.open();
    await starting;
    expect(await answers()).toEqual(new Set(['NOERROR 10.0.0.1']));
    const [seen] = await Promise.all([answers(4 * QUESTIONS), first.stop()]);
    expect(seen).toEqual(new Set(['NOERROR 10.0.0.1']));
    await second.stop();
  });

  it('answer what they had asked other name servers when they are stopped', async () => {
    const begun = Promise.withResolvers<void>();
    const upstream = await startScriptedNameServer(async (query) => {
      await begun.promise;
      // Without other name servers it would have ended by then.
      await delay(200);
      return reply('www.example.org. 60 IN A 10.0.0.1')(query);
    });
    const { host, port: upstreamPort } = upstream.address;
    const server = create(store, '-reuse-port', '-nameservers', `${host}:${upstreamPort}`);
    await server.start();
    const asking = queryDns({ port, name: 'www.example.org', type: 'A', recursionDesired: true, timeoutMs: 5_000 });
    await eventually('it has been passed on', () => expect(upstream.queries).toHaveLength(1));
    const stopping = server.stop();
    begun.resolve();
    expect(await asking).toMatchObject({ texts: ['www.example.org. 60 IN A 10.0.0.1'] });
    await stopping;
    await upstream.close();
  });

  it('listen where a configuration says that comes with the records', async () => {
    const slow = slowToList(store);
    const server = create(slow.store, '-reuse-port');
    const starting = server.start();
    const other = await freePort();
    const value = JSON.stringify({ dns_addr: `127.0.0.1:${other}` });
    await store.transact({ guards: [], operations: [{ type: 'put', key: '/skydns/config', value }] });
    slow.open();
    await starting;
    expect(await queryDns({ port: other, name: NAME, type: 'A' })).toMatchObject({ rcode: 'NOERROR' });
    await server.stop();
  });

  it('give up waiting for records when they are stopped', async () => {
    const server = create(slowToList(store).store, '-reuse-port');
    const stop = new AbortController();
    const starting = server.start(stop.signal);
    stop.abort();
    await starting;
    await server.stop();
    await expect(queryDns({ port, name: NAME, type: 'A' })).rejects.toThrow('ECONNREFUSED');
  });

  it('refuse a server that was not told so', async () => {
    const sharing = create(store, '-reuse-port');
    await sharing.start();
    await expect(create(store).start()).rejects.toMatchObject({ code: 'address-in-use' });
    await sharing.stop();
  });
});

describe('a server without -reuse-port', () => {
  it('refuses one with it', async () => {
    const alone = createServer(store);
    await alone.start();
    const second = createServer(store, '-reuse-port');
    await expect(second.start()).rejects.toMatchObject({ code: 'address-in-use' });
    await second.stop();
    await alone.stop();
  });
});
