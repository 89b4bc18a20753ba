import { lookup } from 'node:dns';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NameServer, startNameServer } from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHostResolver, hasOtherSources } from './host-resolver.ts';

vi.mock(import('node:dns'), { spy: true });

const never = new AbortController().signal;
let folder: string;
let nameServer: NameServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-resolver-'));
  nameServer = await startNameServer();
});
afterEach(async () => {
  await nameServer.close();
  await rm(folder, { recursive: true });
});

const create = async ({ hosts = '', resolvConf = '', nsswitch = 'hosts: files dns\n' } = {}) => {
  const files = { hosts, resolvConf, nsswitch };
  const path = (name: keyof typeof files): string => join(folder, name);
  await Promise.all([
    writeFile(path('hosts'), hosts),
    writeFile(path('resolvConf'), resolvConf),
    writeFile(path('nsswitch'), nsswitch),
  ]);
  const resolve = createHostResolver({
    servers: [nameServer.address],
    hostsFile: path('hosts'),
    resolvConf: path('resolvConf'),
    nsswitchConf: path('nsswitch'),
  });
  return (host: string, signal = never) => resolve(host, signal);
};

describe('createHostResolver', () => {
  it.each([
    ['192.0.2.1', 4],
    ['2001:db8::1', 6],
  ])('leaves the address %s as it is', async (address, family) => {
    const resolve = await create();
    expect(await resolve(address)).toEqual([{ address, family }]);
  });

  it('believes the hosts file before name servers', async () => {
    nameServer.set('logs 5 A 192.0.2.1');
    const resolve = await create({ hosts: '::1 logs\n127.0.0.9 logs\n' });
    expect(await resolve('logs')).toEqual([
      { address: '127.0.0.9', family: 4 },
      { address: '::1', family: 6 },
    ]);
    expect(nameServer.queries).toEqual([]);
  });

  it('tells what name servers say, and for how long, each time anew', async () => {
    const resolve = await create();
    nameServer.set('logs.example 60 CNAME a.example', 'a.example 90 A 192.0.2.1', 'a.example 20 AAAA 2001:db8::1');
    expect(await resolve('logs.example')).toEqual([
      { address: '192.0.2.1', family: 4, ttlSeconds: 60 },
      { address: '2001:db8::1', family: 6, ttlSeconds: 20 },
    ]);
    nameServer.set('logs.example 0 A 192.0.2.2');
    expect(await resolve('logs.example')).toEqual([{ address: '192.0.2.2', family: 4, ttlSeconds: 0 }]);
  });

  it('searches domains as the C library does', async () => {
    nameServer.set('docker-rsyslog.b.example 5 A 192.0.2.1');
    const resolve = await create({ resolvConf: 'search a.example b.example\n' });
    expect(await resolve('docker-rsyslog')).toEqual([{ address: '192.0.2.1', family: 4, ttlSeconds: 5 }]);
    expect(new Set(nameServer.queries)).toEqual(
      new Set(['a', 'b'].flatMap((domain) => ['A', 'AAAA'].map((type) => `docker-rsyslog.${domain}.example ${type}`))),
    );
  });

  it.each([
    ['there is no such name', 'normal', 'not-found', 'the name does not resolve'],
    ['the server fails', 'failing', 'failed', 'the name server cannot resolve the name at present'],
  ] as const)('says that %s', async (_title, mode, code, message) => {
    nameServer.become(mode);
    const resolve = await create();
    await expect(resolve('logs.example')).rejects.toMatchObject({ code, message });
  });

  it('tells a name without addresses, and one that is no name at all, like one that is not there', async () => {
    nameServer.set('logs.example 5 SRV 0 0 514 a.example');
    const resolve = await create();
    await expect(resolve('logs.example')).rejects.toMatchObject({ code: 'not-found' });
    await expect(resolve(`${'x'.repeat(64)}.example`)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('gives up when it is told to, also in the middle', async () => {
    nameServer.become('silent');
    const resolve = await create();
    await expect(resolve('logs.example', AbortSignal.abort())).rejects.toMatchObject({ code: 'unanswered' });
    const giveUp = new AbortController();
    const resolved = resolve('logs.example', giveUp.signal);
    setImmediate(() => giveUp.abort());
    await expect(resolved).rejects.toThrow('no name server answers in time');
  });

  it('gives up the system at once too', async () => {
    const resolve = await create({ nsswitch: 'hosts: files mdns4_minimal dns\n' });
    const givenUp = new AbortController();
    const asked = vi.mocked(lookup).mockImplementationOnce(() => givenUp.abort());
    await expect(resolve('printer.local', givenUp.signal)).rejects.toMatchObject({ code: 'unanswered' });
    expect(asked).toHaveBeenLastCalledWith('printer.local', expect.anything(), expect.anything());
  });

  it('asks the system when that knows other sources', async () => {
    // Not in the hosts file that is read here, but known to the system.
    const name = hostname();
    await expect((await create())(name)).rejects.toMatchObject({ code: 'not-found' });
    const resolve = await create({ nsswitch: 'hosts: files mdns4_minimal [NOTFOUND=return] dns # x\n' });
    expect(await resolve(name)).toContainEqual({ address: expect.any(String), family: expect.any(Number) });
  });
});

describe('hasOtherSources', () => {
  it.each([
    ['hosts: files dns', false],
    ['hosts:files dns # mdns', false],
    ['hosts: files [NOTFOUND=return] dns', false],
    ['', false],
    ['passwd: sss\nhosts: files dns', false],
    ['hosts: files mdns4_minimal [NOTFOUND=return] dns', true],
    ['hosts: mymachines resolve [!UNAVAIL=return] files myhostname dns', true],
  ])('of %j: %s', (text, expected) => {
    expect(hasOtherSources(text)).toBe(expected);
  });
});
