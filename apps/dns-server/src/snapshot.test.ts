import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EtcdServer, eventually, startEtcd } from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEtcdTestServers } from './testing/etcd-test-servers.ts';
import type { TestServer } from './testing/start-server.ts';

const NAME = 'web.skydns.local';
const KEY = '/skydns/local/skydns/web';

describe('a DNS server with a snapshot, over a real etcd', { timeout: 60_000 }, () => {
  let etcd: EtcdServer;
  let folder: string;
  let file: string;
  const servers = createEtcdTestServers();

  beforeAll(async () => {
    etcd = await startEtcd();
  });

  afterAll(() => etcd.stop());

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wharf-snapshot-'));
    file = join(folder, 'snapshot');
    await etcd.restart();
    await etcd.etcdctl('put', KEY, '{"host":"10.0.0.1"}');
  });

  afterEach(async () => {
    await servers.stopAll();
    await rm(folder, { recursive: true });
  });

  const start = (...args: readonly string[]): Promise<TestServer> =>
    servers.start(etcd.url, ['-snapshot', file, ...args]);

  const untilReady = (server: TestServer) =>
    eventually('the server is ready', () => expect(server.agent.readiness()).toEqual([]));

  const shown = async (server: TestServer, name = NAME) => {
    const { rcode, texts, edns } = await server.ask(name, 'A', { edns: {} });
    return { rcode, texts, errors: edns?.extendedErrors };
  };

  it('answers from it when etcd is away at the start, marked, and from etcd as soon as that is back', async () => {
    await untilReady(await start());
    await servers.stopAll();
    await etcd.kill();
    const server = await start();
    await eventually('the snapshot is read', async () =>
      expect(await shown(server)).toEqual({ rcode: 'NOERROR', texts: [`${NAME}. 30 IN A 10.0.0.1`], errors: [3] }),
    );
    expect(await shown(server, 'no.skydns.local')).toMatchObject({ rcode: 'NXDOMAIN', errors: [19] });
    await eventually('it says so', () =>
      expect(server.agent.readiness()).toEqual([
        expect.stringMatching(
          /^no records have been read .* yet, and the snapshot of 1970-01-01T00:00:00\.000Z is served: /,
        ),
      ]),
    );
    expect(await server.registry.metrics()).toContain('wharf_dns_data_state{state="stale"} 1');

    await etcd.restart();
    await etcd.etcdctl('del', KEY);
    await etcd.etcdctl('put', '/skydns/local/skydns/new', '{"host":"10.0.0.2"}');
    await untilReady(server);
    expect(await shown(server)).toMatchObject({ rcode: 'NXDOMAIN', errors: [] });
    expect((await shown(server, 'new.skydns.local')).texts).toEqual(['new.skydns.local. 3600 IN A 10.0.0.2']);
  });

  it('keeps the snapshot as it was over a start and a stop without etcd', async () => {
    await untilReady(await start());
    await servers.stopAll();
    await etcd.kill();
    for (let round = 0; round < 2; round++) {
      const server = await start();
      await eventually('the snapshot is read', async () => expect((await shown(server)).texts).toHaveLength(1));
      await servers.stopAll();
    }
  });

  it.each([
    ['is half of one', '{"format":"wharf-dns-snapshot","version":1,"pathPrefix":"skydns"}\n'],
    ['is none', 'hello\n'],
  ])('answers nothing from a file that %s', async (_, content) => {
    await writeFile(file, content, { mode: 0o600 });
    await etcd.kill();
    const server = await start();
    await eventually('etcd is known to be away', () =>
      expect(server.agent.readiness()).toEqual([expect.stringMatching(/^no records have been read from [^,]* yet: /)]),
    );
    expect(await shown(server)).toEqual({ rcode: 'SERVFAIL', texts: [], errors: [14] });
    await etcd.restart();
    await untilReady(server);
    expect((await shown(server)).texts).toEqual([`${NAME}. 3600 IN A 10.0.0.1`]);
  });

  it('answers nothing from the snapshot of another path', async () => {
    await untilReady(await start());
    await servers.stopAll();
    await etcd.kill();
    const server = await start('-path-prefix', 'other');
    await eventually('etcd is known to be away', () =>
      expect(server.agent.readiness()).toEqual([expect.stringMatching(/^no records have been read from [^,]* yet: /)]),
    );
    expect(await shown(server)).toMatchObject({ rcode: 'SERVFAIL', errors: [14] });
  });
});
