import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NameServer, startNameServer } from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLookup } from './lookup.ts';

let nameServer: NameServer;
let folder: string;

beforeEach(async () => {
  nameServer = await startNameServer();
  folder = await mkdtemp(join(tmpdir(), 'wharf-lookup-'));
});
afterEach(async () => {
  await nameServer.close();
  await rm(folder, { recursive: true });
});

const create = (more: Parameters<typeof createLookup>[0] = {}) =>
  createLookup({ servers: [nameServer.address], resolvConf: '/dev/null', nsswitchConf: '/dev/null', ...more });
const service = (target: string, priority = 10, weight = 5, port = 514) => ({ priority, weight, port, target });

describe('createLookup', () => {
  it('has all addresses of the targets of a service, each for the shorter of two TTLs', async () => {
    nameServer.set(
      '_syslog._tcp.example 60 SRV 10 5 514 a.example',
      '_syslog._tcp.example 60 SRV 20 0 1514 b.example',
      'a.example 30 A 192.0.2.1',
      'a.example 90 AAAA 2001:db8::1',
      'b.example 120 A 192.0.2.2',
    );
    expect(await create()('_syslog._tcp.example')).toEqual([
      { address: '192.0.2.1', family: 4, ttlSeconds: 30, service: service('a.example') },
      { address: '2001:db8::1', family: 6, ttlSeconds: 60, service: service('a.example') },
      { address: '192.0.2.2', family: 4, ttlSeconds: 60, service: service('b.example', 20, 0, 1514) },
    ]);
  });

  it('has the addresses of targets whose names are no host names, as registrars write them', async () => {
    nameServer.set(
      '_syslog._tcp.example 60 SRV 10 5 514 host-1:logs:514.example',
      '_syslog._tcp.example 60 SRV 20 5 514 host-2:logs:514.example',
      '_syslog._tcp.example 60 SRV 30 5 514 host-3:gone:514.example',
      'host-1:logs:514.example 30 A 192.0.2.1',
      'host-1:logs:514.example 30 AAAA 2001:db8::1',
      'host-2:logs:514.example 20 CNAME b.example',
      'b.example 30 A 192.0.2.2',
    );
    expect(await create()('_syslog._tcp.example')).toMatchObject([
      { address: '192.0.2.1', family: 4, ttlSeconds: 30, service: service('host-1:logs:514.example') },
      { address: '2001:db8::1', family: 6 },
      { address: '192.0.2.2', family: 4, ttlSeconds: 20 },
    ]);
  });

  it('asks over TCP when the answer is too long for a datagram', async () => {
    nameServer.become('truncating');
    nameServer.set('_syslog._tcp.example 5 SRV 10 5 514 a.example', 'a.example 5 A 192.0.2.1');
    expect(await create()('_syslog._tcp.example')).toMatchObject([{ address: '192.0.2.1' }]);
  });

  it('follows an alias of the service, and searches domains', async () => {
    nameServer.set(
      '_syslog._tcp.b.example 3 CNAME _logs._tcp.example',
      '_logs._tcp.example 60 SRV 10 5 514 a.example',
      'a.example 60 A 192.0.2.1',
    );
    const resolvConf = join(folder, 'resolv.conf');
    await writeFile(resolvConf, 'search a.example b.example\n');
    expect(await create({ resolvConf })('_syslog._tcp')).toMatchObject([{ address: '192.0.2.1', ttlSeconds: 3 }]);
  });

  it('leaves out a target that does not resolve beside one that does', async () => {
    nameServer.set(
      '_syslog._tcp.example 60 SRV 10 5 514 gone.example',
      '_syslog._tcp.example 60 SRV 20 5 514 b.example',
      'b.example 60 A 192.0.2.2',
    );
    expect((await create()('_syslog._tcp.example')).map(({ address }) => address)).toEqual(['192.0.2.2']);
  });

  it.each([
    { records: ['a.example 5 A 192.0.2.1'], why: 'the name has no SRV record' },
    { records: ['_s._tcp.example 5 A 192.0.2.1'], why: 'the name has no SRV record' },
    { records: ['_s._tcp.example 5 SRV 0 0 0 .'], why: 'the SRV record says that the service is not offered' },
    { records: ['_s._tcp.example 5 SRV 0 0 1 x.example'], why: 'the targets of the SRV records do not resolve' },
  ])('says that $why', async ({ records, why }) => {
    nameServer.set(...records);
    await expect(create()('_s._tcp.example')).rejects.toMatchObject({ code: 'not-found', message: why });
  });

  it('says that the name server fails, or does not answer', async () => {
    nameServer.become('failing');
    await expect(create()('_s._tcp.example')).rejects.toMatchObject({ code: 'failed' });
    nameServer.become('silent');
    const giveUp = new AbortController();
    const asked = create()('_s._tcp.example', giveUp.signal);
    setImmediate(() => giveUp.abort());
    await expect(asked).rejects.toMatchObject({ code: 'unanswered' });
  });

  it('asks the next name server when one does not listen', async () => {
    nameServer.set('_s._tcp.example 60 SRV 10 5 514 a.example', 'a.example 60 A 192.0.2.1');
    const lookup = create({ servers: ['127.0.0.1:1', nameServer.address] });
    expect(await lookup('_s._tcp.example')).toMatchObject([{ address: '192.0.2.1' }]);
  });
});
