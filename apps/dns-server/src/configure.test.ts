import { parseCommandLine } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { dnsServerCommand } from './command.ts';
import { configure, type DnsServerSettings } from './configure.ts';

const read = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const line = parseCommandLine(dnsServerCommand, args, env);
  return line.ok ? configure(line.value) : line;
};

const settings = (args: readonly string[], env?: Readonly<Record<string, string>>): DnsServerSettings => {
  const result = read(args, env);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

const complaints = (args: readonly string[], env?: Readonly<Record<string, string>>): readonly string[] => {
  const result = read(args, env);
  return result.ok ? [] : result.error.map(({ option, value, message }) => `${option} ${value}: ${message}`);
};

describe('configure', () => {
  it('has the defaults of SkyDNS', () => {
    expect(settings([])).toEqual({
      server: {
        listen: { host: '127.0.0.1', port: 53 },
        listenIn: undefined,
        udp: 'auto',
        workers: 1,
        reusePort: false,
        pathPrefix: 'skydns',
        verbose: false,
        snapshot: undefined,
        answers: {
          domains: [['skydns', 'local']],
          hostmaster: undefined,
          local: undefined,
          policy: { ttlSeconds: 3_600, minTtlSeconds: 60, priority: 10 },
          roundRobin: true,
          matching: 'subtree',
          wildcards: false,
          autoPtr: false,
          chaos: true,
          edns: { cookies: true, nsid: undefined },
          // SkyDNS keeps no answers unless told to.
          forward: {
            nameservers: undefined,
            noRec: false,
            ndots: 2,
            rotate: true,
            timeoutMs: 2_000,
            cacheEntries: 10_000,
            cacheSeconds: 60,
            stubZones: false,
            clients: 'local',
          },
        },
      },
      etcd: { endpoints: ['http://127.0.0.1:2379'], username: undefined, password: undefined, tls: undefined },
      cookieSecretFile: undefined,
      metrics: undefined,
    });
  });

  it('understands what units told SkyDNS, and warns about what means nothing any more', () => {
    const env = {
      ETCD_MACHINES: '10.0.0.1:4001, http://10.0.0.2:4001/',
      SKYDNS_ADDR: '0.0.0.0:53',
      SKYDNS_DOMAIN: 'example.local.,example.org',
      SKYDNS_PATH_PREFIX: 'teams/a',
    };
    const { server, etcd } = settings(['-verbose', '-no-rec', '-discover', '-logtostderr=true'], env);
    expect(server).toMatchObject({ listen: { host: '0.0.0.0', port: 53 } });
    expect(server.answers.domains).toEqual([
      ['example', 'local'],
      ['example', 'org'],
    ]);
    expect(server).toMatchObject({ pathPrefix: 'teams/a', verbose: true });
    expect(etcd.endpoints).toEqual(['http://10.0.0.1:4001', 'http://10.0.0.2:4001']);
    const line = parseCommandLine(dnsServerCommand, ['-discover', '-etcd3', '-systemd', '-logtostderr'], {});
    expect(line).toMatchObject({ ok: true, value: { warnings: { length: 4 } } });
  });

  it('speaks TLS to machines without a scheme when it has something to do so with', () => {
    const tls = { caFile: '/ca.pem', certFile: undefined, keyFile: undefined };
    expect(settings(['-machines', '10.0.0.1', '-ca-cert', '/ca.pem']).etcd).toMatchObject({
      endpoints: ['https://10.0.0.1:2379'],
      tls,
    });
    expect(settings(['-machines', 'https://etcd.example.org']).etcd).toMatchObject({
      endpoints: ['https://etcd.example.org:2379'],
      tls: { caFile: undefined },
    });
  });

  it('keeps a snapshot when it is told where', () => {
    expect(settings(['-snapshot', '/s']).server.snapshot).toEqual({ file: '/s', maxAgeMs: 86_400_000 });
    expect(settings(['-snapshot', '/s', '-snapshot-max-age', '90m']).server.snapshot?.maxAgeMs).toBe(5_400_000);
  });

  it('listens in a network when it is told which', () => {
    expect(settings(['-addr', ':53', '-address-in', '10.0.0.0/16']).server).toMatchObject({
      listen: { host: '', port: 53 },
      listenIn: { address: '10.0.0.0', prefixLength: 16 },
    });
  });

  it.each([
    [['-local', 'a.skydns.local'], { type: 'name', name: ['a', 'skydns', 'local'] }],
    [['-local', '10.0.0.1'], { type: 'ipv4', address: '10.0.0.1' }],
  ])('reads %j', (args, local) => {
    expect(settings(args).server.answers.local).toEqual(local);
  });

  it.each([
    ['first.last@example.org', ['first.last', 'example', 'org']],
    ['hostmaster.example.org.', ['hostmaster', 'example', 'org']],
  ])('reads the mailbox %s', (mailbox, hostmaster) => {
    expect(settings(['-hostmaster', mailbox]).server.answers.hostmaster).toEqual(hostmaster);
  });

  it('names everything that is wrong at once', () => {
    expect(
      complaints(['-domain', 'a..b', '-machines', 'ftp://x', '-ttl', '0', '-hostmaster', 'me', '-nonsense'], {
        SKYDNS_ADDR: 'nowhere:port',
      }).map((complaint) => complaint.split(':')[0]),
    ).toEqual(
      expect.arrayContaining([
        '-domain a..b',
        '-machines ftp',
        '-ttl 0',
        '-hostmaster me',
        expect.stringMatching(/^-nonsense/),
        'SKYDNS_ADDR nowhere',
      ]),
    );
  });

  it.each([
    [['-addr', 'localhost:53'], /^-addr localhost:53: does not begin with an IP address/],
    [['-address-in', '10.0.0.0/16'], /^-address-in 10\.0\.0\.0\/16: needs an -addr without .* 127\.0\.0\.1:53$/],
    [['-addr', '10.0.0.5:53', '-address-in', '10.0.0.0/16'], /^-address-in .* 10\.0\.0\.5:53$/],
    [['-domain', ','], /^-domain : names no domain/],
    [['-domain', '.'], /^-domain \.: is the root/],
    [['-local', '10.0.0.300'], /^-local 10\.0\.0\.300: is neither/],
    [['-machines', ','], /^-machines : names no machine/],
    [['-machines', 'http://a,https://b'], /^-machines : names machines with https and machines without/],
    [['-machines', 'http://a', '-ca-cert', 'x'], /^-machines : says http/],
    [['-tls-pem', 'x'], /^-tls-pem : needs -tls-key/],
    [['-password', 'sesame'], /^-password : needs -username/],
    [['-snapshot-max-age', '10s'], /^-snapshot-max-age 10s: is too short/],
    [['-nsid', 'n'.repeat(65)], /^-nsid n+: is too long/],
    [['extra'], /extra/],
  ])('refuses %j', (args, complaint) => {
    const found = complaints(args);
    expect(found).toEqual([expect.stringMatching(complaint)]);
    expect(found.join('')).not.toContain('sesame');
  });
});
