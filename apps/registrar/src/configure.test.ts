import { parseCommandLine, renderOptionError } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { registrarCommand } from './command.ts';
import { registrarDefaults } from './config.ts';
import { configure, type RegistrarSettings } from './configure.ts';

const URI = 'skydns2://10.0.0.5:4001/staging.example.local';

function settle(args: readonly string[], env: Record<string, string> = {}): RegistrarSettings | readonly string[] {
  const line = parseCommandLine(registrarCommand, args, env);
  const settings = line.ok ? configure(line.value, { hostname: 'node-1', env }) : line;
  return settings.ok ? settings.value : settings.error.map(renderOptionError);
}

function accepted(settings: RegistrarSettings | readonly string[]): RegistrarSettings {
  if ('registrar' in settings) return settings;
  throw new Error(settings.join());
}

describe('configure', () => {
  it("takes the original's command line", () => {
    expect(settle(['-ip', '10.0.0.5', '-ttl-refresh', '30', '-ttl', '40', URI])).toMatchObject({
      registrar: { host: 'node-1', ip: { ipv4: '10.0.0.5' }, ttlSeconds: 40 },
      registry: { scheme: 'skydns2', endpoints: ['10.0.0.5:4001'], domain: ['staging', 'example', 'local'] },
    });
  });

  it('takes options after the URI, with two dashes and an equals sign', () => {
    expect(settle([URI, '--internal', '--ttl=40', '--ttl-refresh=30', '-cleanup', '--naming=head'])).toMatchObject({
      registrar: { internal: true, ttlSeconds: 40, naming: 'head' },
    });
  });

  it('has defaults for all but the URI', () => {
    expect(settle([URI])).toEqual({
      registrar: { ...registrarDefaults, host: 'node-1' },
      registry: { scheme: 'skydns2', endpoints: ['10.0.0.5:4001'], domain: ['staging', 'example', 'local'] },
      dryRun: false,
      cleanup: false,
      consulToken: undefined,
      dockerHost: '',
      etcd: {
        username: undefined,
        password: undefined,
        tls: false,
        caFile: undefined,
        certFile: undefined,
        keyFile: undefined,
      },
    });
  });

  it("takes the original's empty defaults when they are given", () => {
    expect(settle(['-ip', '', '-useIpFromLabel', '', '-tags', '', '-name-label', '', URI])).toMatchObject({
      registrar: { ip: {}, ipLabel: undefined, nameLabel: undefined },
    });
  });

  it('takes every other option of the original', () => {
    const args = '-internal -explicit -useIpFromLabel ip -resync 7 -deregister on-success -cleanup -tags {{.Name}}';
    const settings = settle([...args.split(' '), '-retry-attempts', '3', '-retry-interval=500', URI]);
    expect(settings).toMatchObject({
      registrar: {
        internal: true,
        explicit: true,
        ipLabel: 'ip',
        resyncSeconds: 7,
        deregister: 'on-success',
        retryAttempts: 3,
        retryIntervalMs: 500,
      },
      cleanup: true,
    });
    expect(accepted(settings).registrar.tags?.render({ Name: 'x' })).toEqual({ ok: true, value: 'x' });
  });

  it('takes the options that the original has not', () => {
    const addresses = '-ip 10.0.0.5,fd00::5 -family dual -network a,b';
    const containers = '-only team=a -health=any -paused keep -drain 0 -prefix WHARF_ -name-label n';
    const records = '-attributes region,zone -labels hostname -dns-sd -dry-run';
    const settings = settle([...`${addresses} ${containers} ${records}`.split(' '), URI]);
    expect(settings).toMatchObject({
      registrar: {
        ip: { ipv4: '10.0.0.5', ipv6: 'fd00::5' },
        family: 'dual',
        networks: ['a', 'b'],
        health: 'any',
        paused: 'keep',
        drainSeconds: 0,
        metadataPrefix: 'WHARF_',
        nameLabel: 'n',
        attributes: ['region', 'zone'],
        labels: 'hostname',
        dnsSd: true,
      },
      dryRun: true,
    });
    expect(accepted(settings).registrar.only?.matches(new Map([['team', 'a']]))).toBe(true);
  });

  it("takes the network that the host's IPv4 address is in, beside an IPv6 address", () => {
    expect(settle(['-address-in', '10.0.0.0/16', '-ip', 'fd00::5', '-family', 'dual', URI])).toMatchObject({
      registrar: { addressIn: { address: '10.0.0.0', prefixLength: 16 }, ip: { ipv6: 'fd00::5' } },
    });
  });

  it('takes credentials and the engine from variables', () => {
    const env = {
      ETCD_USERNAME: 'wharf',
      ETCD_PASSWORD: 'secret',
      DOCKER_HOST: 'tcp://10.0.0.5:2375',
      ETCD_TLS: 'true',
      ETCD_CACERT: '/ca',
    };
    expect(settle([URI], env)).toMatchObject({
      dockerHost: 'tcp://10.0.0.5:2375',
      etcd: { username: 'wharf', password: 'secret', tls: true, caFile: '/ca' },
    });
  });

  it.each([
    { args: ['-ttl', '40', URI], named: ['-ttl', '40', '-ttl-refresh'] },
    { args: ['-ttl-refresh', '30', URI], named: ['-ttl-refresh', '30', '-ttl'] },
    { args: ['-ttl', '30', '-ttl-refresh', '30', URI], named: ['-ttl', '-ttl-refresh', '30'] },
    { args: ['-ttl', '40', 'redis://127.0.0.1/x'], named: ['-ttl', 'redis'] },
    { args: ['-ip', 'nobody', URI], named: ['-ip', 'nobody'] },
    { args: ['-ip', '0.0.0.0', URI], named: ['-ip', '0.0.0.0'] },
    { args: ['-ip', '10.0.0.5,10.0.0.6', URI], named: ['-ip', 'one family'] },
    { args: ['-ip', '10.0.0.5,fe80::1', URI], named: ['-ip', 'fe80::1', 'link-local'] },
    { args: ['-ip', '::ffff:10.0.0.5', URI], named: ['-ip', '::ffff:10.0.0.5', 'IPv4'] },
    { args: ['-address-in', 'eth0', URI], named: ['-address-in', 'eth0', '10.0.0.0/16'] },
    { args: ['-address-in', '10.0.0.0/16', '-ip', '10.0.0.5', URI], named: ['-address-in', '10.0.0.0/16', '-ip'] },
    {
      args: ['-address-in', '10.0.0.0/16', '-ip', 'fd00::5', URI],
      named: ['-address-in', '-ip fd00::5', '-family any'],
    },
    { args: ['-address-in', '10.0.0.0/16', '-family', 'ipv6', URI], named: ['-address-in', '-family ipv6'] },
    { args: ['-tags', '{{.Name', URI], named: ['-tags', '{{.Name', '1:'] },
    { args: ['-only', 'team=(', URI], named: ['-only', 'team=('] },
    { args: ['-prefix', '7', URI], named: ['-prefix', '7', 'letter'] },
    { args: ['-family', 'ipv5', URI], named: ['-family', 'ipv5'] },
    { args: ['-host', 'a/b', URI], named: ['-host', 'a/b'] },
    { args: ['-naming', 'v9', '-deregister=never', URI], named: ['-naming', 'v9', '-deregister', 'never'] },
    { args: ['-docker-host', 'carrier://pigeon', URI], named: ['-docker-host', 'carrier://pigeon'] },
    { args: ['-ttl', '1000000', '-ttl-refresh', '30', URI], named: ['-ttl', '604800'] },
    { args: ['-etcd-cert', '/a', URI], named: ['-etcd-cert', '-etcd-key'] },
    { args: ['-etcd-password', 'secret', URI], named: ['-etcd-password', '-etcd-username'] },
    { args: ['skydns2://me:secret@10.0.0.1/x.local'], named: ['<registry URI>', 'ETCD_PASSWORD'] },
    { args: [], named: ['<registry URI>'] },
  ])('refuses $args, naming $named', ({ args, named }) => {
    const errors = settle(args);
    if (!Array.isArray(errors)) throw new Error('it was accepted');
    const text = errors.join('\n');
    for (const word of named) expect(text).toContain(word);
    expect(text).not.toContain('secret');
  });
});
