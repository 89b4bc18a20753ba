import { encodeDnsQuery } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { hashLabel } from '../records/name-hash.ts';
import { wireName } from './missing-names.ts';
import { createWalker, isBelowArpa, type Walk } from './name-walk.ts';
import { createScannedQuery, type ScannedQuery, scanQuery } from './scan-query.ts';

const SEED = 0x1234_5678;

const scan = (name: string): readonly [packet: Buffer, query: ScannedQuery] => {
  const packet = Buffer.concat([Buffer.alloc(3, 0xff), encodeDnsQuery({ name, type: 'A' })]);
  const query = createScannedQuery();
  if (!scanQuery(packet, 3, packet.length, 1, query)) throw new Error(`${name} cannot be asked for`);
  return [packet, query];
};

const walk = (domains: readonly string[], name: string): Walk => {
  const walker = createWalker(
    domains.map((domain) => wireName(domain.split('.').filter((label) => label !== ''))),
    SEED,
  );
  const into: Walk = { zone: 99, nameHash: 99, isSpecial: true };
  walker(...scan(name), into);
  return into;
};

describe('createWalker', () => {
  const domains = ['skydns.local', 'a.skydns.local', 'example.org'];

  it.each([
    ['web.skydns.local', 0, false],
    ['WEB.SkyDNS.Local', 0, false],
    ['b.web.skydns.local', 0, false],
    ['web.a.skydns.local', 1, false],
    ['aa.skydns.local', 0, false],
    ['www.example.org', 2, false],
    // A zone's own name.
    ['skydns.local', 0, true],
    ['a.skydns.local', 1, true],
    ['A.SKYDNS.LOCAL', 1, true],
    // The names of servers.
    ['dns.skydns.local', 0, true],
    ['ns.dns.a.skydns.local', 1, true],
    ['dns.web.skydns.local', 0, false],
    // Labels that stand for others, and those of DNS-SD.
    ['*.skydns.local', 0, true],
    ['Any.web.skydns.local', 0, true],
    ['web.any.skydns.local', 0, true],
    ['_services._dns-sd._udp.skydns.local', 0, true],
    ['_http._tcp.skydns.local', 0, false],
    ['any.a.skydns.local', 1, true],
    // Elsewhere.
    ['local', -1, false],
    ['.', -1, false],
    ['skydns.local.org', -1, false],
    ['xskydns.local', -1, false],
    ['any.example.com', -1, false],
  ])('finds where %s is', (name, zone, isSpecial) => {
    expect(walk(domains, name)).toMatchObject({ zone, isSpecial });
  });

  it('knows a label above a zone as nothing but a part of its name', () => {
    const nested = ['skydns.local', 'shop.any.skydns.local'];
    expect(walk(nested, 'web.shop.any.skydns.local')).toMatchObject({ zone: 1, isSpecial: false });
    expect(walk(nested, 'web.any.skydns.local')).toMatchObject({ zone: 0, isSpecial: true });
  });

  it('knows the root as a zone', () => {
    expect(walk(['.'], 'web.example.org')).toMatchObject({ zone: 0, isSpecial: false });
    expect(walk(['.'], '.')).toMatchObject({ zone: 0, isSpecial: true });
    expect(walk(['.'], 'dns')).toMatchObject({ zone: 0, isSpecial: true });
  });

  it('has the hash of the whole name, as the index has it', () => {
    const hash = ['local', 'skydns', 'web'].reduce(
      (above, label) => hashLabel(above, Buffer.from(label), 0, label.length),
      SEED,
    );
    for (const name of ['web.skydns.local', 'Web.SKYDNS.local']) expect(walk(domains, name).nameHash).toBe(hash);
    expect(walk(['example.org'], 'web.skydns.local').nameHash).toBe(hash);
    expect(walk(domains, 'web.skydns.loca').nameHash).not.toBe(hash);
  });
});

describe('isBelowArpa', () => {
  it.each([
    ['1.0.0.10.in-addr.arpa', true],
    ['IP6.ARPA', true],
    ['arpa', true],
    ['xarpa', false],
    ['arpa.example', false],
    ['.', false],
  ])('of %s', (name, expected) => {
    expect(isBelowArpa(...scan(name))).toBe(expected);
  });
});
