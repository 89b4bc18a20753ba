import { Resolver } from 'node:dns/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type NameServer, startNameServer } from './name-server.ts';

describe('startNameServer', () => {
  let server: NameServer;
  let resolver: Resolver;

  beforeEach(async () => {
    server = await startNameServer('logs.example 7 CNAME a.example', 'a.example 60 A 192.0.2.1');
    resolver = new Resolver({ timeout: 200, tries: 1 });
    resolver.setServers([server.address]);
  });
  afterEach(() => server.close());

  it('has what it was given last', async () => {
    expect(await resolver.resolve4('LOGS.example', { ttl: true })).toEqual([{ address: '192.0.2.1', ttl: 7 }]);
    server.set('_s._tcp.example 5 SRV 1 2 514 a.example', 'a.example 5 AAAA 2001:db8::1');
    expect(await resolver.resolveSrv('_s._tcp.example')).toMatchObject([
      { priority: 1, weight: 2, port: 514, name: 'a.example' },
    ]);
    expect(await resolver.resolve6('a.example')).toEqual(['2001:db8::1']);
    expect(server.queries.map((query) => query.toLowerCase())).toEqual([
      'logs.example a',
      '_s._tcp.example srv',
      'a.example aaaa',
    ]);
  });

  it('tells a name that it does not know from one without such records', async () => {
    await expect(resolver.resolve4('b.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolver.resolve6('a.example')).rejects.toMatchObject({ code: 'ENODATA' });
  });

  it('is silent, fails, or must be asked over TCP when told to', async () => {
    server.become('silent');
    await expect(resolver.resolve4('a.example')).rejects.toMatchObject({ code: 'ETIMEOUT' });
    server.become('failing');
    await expect(resolver.resolve4('a.example')).rejects.toMatchObject({ code: 'ESERVFAIL' });
    server.become('truncating');
    expect(await resolver.resolve4('a.example')).toEqual(['192.0.2.1']);
  });

  it.each(['a.example 5 TXT x', 'a.example 5 SRV'])('refuses %s', (line) => {
    expect(() => server.set(line)).toThrow('not a record');
  });
});
