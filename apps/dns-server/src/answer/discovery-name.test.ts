import { parseDomain } from '@wharf/record-schema';
import { describe, expect, it } from 'vitest';
import { discoveryDomain, parseDiscoveryName } from './discovery-name.ts';

const zone = { domain: ['example', 'org'], hostmaster: [], ttlSeconds: 1, minTtlSeconds: 1, priority: 10 };

const labels = (text: string): readonly string[] => {
  const parsed = parseDomain(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
};

describe('parseDiscoveryName', () => {
  it.each([
    ['_web._tcp.example.org', { kind: 'service' }],
    ['_WEB._UDP.east.example.org', { kind: 'service' }],
    ['one._web._tcp.example.org', { kind: 'instance' }],
    ['_one._web._tcp.east.example.org', { kind: 'instance' }],
    ['a\\.b\\032c._web._tcp.example.org', { kind: 'instance' }],
    ['_b._sub._web._tcp.example.org', { kind: 'subtype', service: labels('_web._tcp.example.org') }],
    ['plain._SUB._web._tcp.east.example.org', { kind: 'subtype', service: labels('_web._tcp.east.example.org') }],
    ['_services._dns-sd._udp.example.org', { kind: 'types', domain: labels('example.org') }],
    ['_services._DNS-SD._udp.east.example.org', { kind: 'types', domain: labels('east.example.org') }],
    ['b._dns-sd._udp.example.org', { kind: 'browse', domain: labels('example.org') }],
    ['LB._dns-sd._udp.east.example.org', { kind: 'browse', domain: labels('east.example.org') }],
    ['db._dns-sd._udp.example.org', { kind: 'browse', domain: labels('example.org') }],
  ])('knows %s', (name, expected) => {
    expect(parseDiscoveryName(labels(name), zone)).toEqual(expected);
  });

  it.each([
    'example.org',
    '_tcp.example.org',
    '_udp.example.org',
    'web._tcp.example.org',
    '_._tcp.example.org',
    '_web._sctp.example.org',
    '_web.tcp.example.org',
    'one.web._tcp.example.org',
    'deeper.one._web._tcp.example.org',
    '_sub._web._tcp.example.org',
    'one._b._sub._web._tcp.example.org',
    '_b._sub.web._tcp.example.org',
    '_dns-sd._udp.example.org',
    'other._dns-sd._udp.example.org',
    'r._dns-sd._udp.example.org',
    'xb._dns-sd._udp.example.org',
    '_services._dns-sd._tcp.example.org',
    'deeper._services._dns-sd._udp.example.org',
  ])('knows nothing of %s', (name) => {
    expect(parseDiscoveryName(labels(name), zone)).toBeUndefined();
  });

  it('does not take labels of the zone for its own', () => {
    const odd = { ...zone, domain: ['_web', '_tcp', 'org'] };
    expect(parseDiscoveryName(['_web', '_tcp', 'org'], odd)).toBeUndefined();
    expect(parseDiscoveryName(['one', '_web', '_tcp', 'org'], odd)).toBeUndefined();
    expect(parseDiscoveryName(['_b', '_sub', '_web', '_tcp', 'org'], odd)).toBeUndefined();
  });
});

describe('discoveryDomain', () => {
  it.each([
    ['_udp.example.org', 'example.org'],
    ['_dns-sd._udp.east.example.org', 'east.example.org'],
    ['_services._dns-sd._udp.example.org', 'example.org'],
    ['b._dns-sd._udp.east.example.org', 'east.example.org'],
  ])('of %s is %s', (name, domain) => {
    expect(discoveryDomain(labels(name), zone)).toEqual(labels(domain));
  });

  it.each(['example.org', '_tcp.example.org', '_dns-sd._tcp.example.org', '_web._udp.example.org'])(
    'there is none of %s',
    (name) => {
      expect(discoveryDomain(labels(name), zone)).toBeUndefined();
    },
  );
});
