import { type AgentContext, findRequest, parseCommandLine, Registry, silentLogger, systemClock } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { dnsServerCommand } from './command.ts';
import type { DnsServerSettings } from './configure.ts';
import { program } from './program.ts';

/**
 * Every flag and variable of SkyDNS, with a value as old units have it, and what comes of it: a default, a part of the
 * configuration, or a warning.
 */
const FLAGS: readonly (readonly [args: readonly string[], expected: 'warning' | object])[] = [
  [['-addr', '127.0.0.1:5353'], { server: { listen: { host: '127.0.0.1', port: 5_353 } } }],
  [['-domain', 'example.local.'], { server: { answers: { domains: [['example', 'local']] } } }],
  [
    ['-machines', 'http://10.0.0.1:4001,10.0.0.2:2379'],
    { etcd: { endpoints: ['http://10.0.0.1:4001', 'http://10.0.0.2:2379'] } },
  ],
  [['-username', 'u', '-password', 'p'], { etcd: { username: 'u', password: 'p' } }],
  [['-nameservers', '8.8.8.8:53,8.8.4.4:53'], { server: { answers: { forward: { nameservers: { length: 2 } } } } }],
  [['-no-rec'], { server: { answers: { forward: { noRec: true } } } }],
  [['-no-rec=true'], { server: { answers: { forward: { noRec: true } } } }],
  [['-ndots', '3'], { server: { answers: { forward: { ndots: 3 } } } }],
  [['-ns-rotate=false'], { server: { answers: { forward: { rotate: false } } } }],
  [['-round-robin=false'], { server: { answers: { roundRobin: false } } }],
  [['-rtimeout', '3s'], { server: { answers: { forward: { timeoutMs: 3_000 } } } }],
  [['-local', 'node-1.skydns.local'], { server: { answers: { local: { type: 'name' } } } }],
  [['-hostmaster', 'admin@example.org'], { server: { answers: { hostmaster: ['admin', 'example', 'org'] } } }],
  [['-dnssec', '/etc/skydns/Kskydns.local.+005+38250'], 'warning'],
  [['-scache', '20000'], 'warning'],
  [['-rcache', '100'], { server: { answers: { forward: { cacheEntries: 100 } } } }],
  [['-rcache-ttl', '30'], { server: { answers: { forward: { cacheSeconds: 30 } } } }],
  [['-stubzones'], { server: { answers: { forward: { stubZones: true } } } }],
  [['-verbose'], { server: { verbose: true } }],
  [['-path-prefix', 'teams/a'], { server: { pathPrefix: 'teams/a' } }],
  [['-systemd'], 'warning'],
  [['-discover'], 'warning'],
  [['-logtostderr=true'], 'warning'],
  [['-etcd3'], 'warning'],
];

const VARIABLES: readonly (readonly [name: string, value: string, expected: 'warning' | object])[] = [
  ['SKYDNS_ADDR', '0.0.0.0:53', { server: { listen: { host: '0.0.0.0', port: 53 } } }],
  ['SKYDNS_DOMAIN', 'example.local', { server: { answers: { domains: [['example', 'local']] } } }],
  ['ETCD_MACHINES', 'http://10.0.0.1:4001', { etcd: { endpoints: ['http://10.0.0.1:4001'] } }],
  ['SKYDNS_NAMESERVERS', '8.8.8.8:53', { server: { answers: { forward: { nameservers: { length: 1 } } } } }],
  ['SKYDNS_NDOTS', '1', { server: { answers: { forward: { ndots: 1 } } } }],
  ['SKYDNS_PATH_PREFIX', 'teams/a', { server: { pathPrefix: 'teams/a' } }],
  ['PROMETHEUS_PORT', '9153', { metrics: { port: 9_153, path: '/metrics' } }],
  ['PROMETHEUS_NAMESPACE', 'skydns', 'warning'],
  ['PROMETHEUS_SUBSYSTEM', 'skydns', 'warning'],
];

const context: AgentContext = {
  log: silentLogger,
  clock: systemClock,
  random: Math.random,
  registry: new Registry(),
  hostname: 'host',
  env: {},
};

/** What a command line comes to, and what is warned about; the server is made too, and not started. */
const run = (args: readonly string[], env: Readonly<Record<string, string>>) => {
  const line = parseCommandLine(dnsServerCommand, args, env);
  if (!line.ok) throw new Error(JSON.stringify(line.error));
  const configured = program.configure(line.value, { hostname: 'host', env });
  if (!configured.ok) throw new Error(JSON.stringify(configured.error));
  program.create(configured.value, context);
  return { config: configured.value, warnings: line.value.warnings };
};

/** `warning`, or what of the settings an expectation is about, to be compared with it. */
const outcome = ({ config, warnings }: ReturnType<typeof run>): 'warning' | DnsServerSettings =>
  warnings.length > 0 ? 'warning' : config.settings;

describe('the options of SkyDNS', () => {
  it.each(FLAGS)('%j', (args, expected) => {
    expect({ is: outcome(run(args, {})) }).toMatchObject({ is: expected });
  });

  it.each(VARIABLES)('%s=%s', (name, value, expected) => {
    expect({ is: outcome(run([], { [name]: value })) }).toMatchObject({ is: expected });
  });

  it('PROMETHEUS_PATH=/stats, where PROMETHEUS_PORT says', () => {
    const path = { PROMETHEUS_PATH: '/stats' };
    expect(outcome(run([], path))).toMatchObject({ metrics: undefined });
    const both = outcome(run([], { ...path, PROMETHEUS_PORT: '9153' }));
    expect(both).toMatchObject({ metrics: { port: 9_153, path: '/stats' } });
  });

  it.each([
    ['-tls-key', '-tls-pem', '-ca-cert'],
    ['ETCD_TLSKEY', 'ETCD_TLSPEM', 'ETCD_CACERT'],
  ])('%s, %s, %s', (...names) => {
    const [isFlag] = names.map((name) => name.startsWith('-'));
    const given = names.map((name, index) => [name, `/file-${index}`] as const);
    const env = { ETCD_MACHINES: 'https://10.0.0.1', ...(isFlag === true ? {} : Object.fromEntries(given)) };
    const line = parseCommandLine(dnsServerCommand, isFlag === true ? given.flat() : [], env);
    const configured = line.ok ? program.configure(line.value, { hostname: 'host', env }) : line;
    const tls = { keyFile: '/file-0', certFile: '/file-1', caFile: '/file-2' };
    expect(configured).toMatchObject({ ok: true, value: { settings: { etcd: { tls } } } });
  });

  it('-version', () => {
    expect(findRequest(dnsServerCommand.options, ['-version'])).toBe('version');
  });

  it('fields of the configuration in etcd that are only there are options here', () => {
    const { config } = run(['-ttl', '5', '-min-ttl', '6', '-priority', '7'], {});
    expect(config.settings.server.answers.policy).toEqual({ ttlSeconds: 5, minTtlSeconds: 6, priority: 7 });
  });
});
