import { describe, expect, it } from 'vitest';
import { nameIdentity } from '../records/names.ts';
import { record } from '../testing/record.ts';
import { readStubZones } from './stub-zones.ts';

const DOMAIN = ['skydns', 'local'];
const name = (text: string) => text.split('.');
const zone = (text: string) => nameIdentity(name(text));

describe('readStubZones', () => {
  it('collects the servers of each zone, in any case, each once', () => {
    const { zones, rejected } = readStubZones(
      [
        record(name('ns1.example.org.stub.dns.skydns.local'), { host: '10.0.0.53' }),
        record(name('ns2.Example.ORG.stub.dns.SkyDNS.local'), { host: 'fd00::53', port: 5_353 }),
        record(name('ns3.example.org.stub.dns.skydns.local'), { host: '10.0.0.53', port: 53 }),
        record(name('a.consul.stub.dns.skydns.local'), { host: '127.0.0.1', port: 8_600 }),
        record(name('web.skydns.local'), { host: '10.0.0.1' }),
        record(name('stub.dns.skydns.net'), { host: '10.0.0.1' }),
      ],
      DOMAIN,
    );
    expect(rejected).toEqual([]);
    expect(zones).toEqual(
      new Map([
        [
          zone('example.org'),
          [
            { host: '10.0.0.53', port: 53 },
            { host: 'fd00::53', port: 5_353 },
          ],
        ],
        [zone('consul'), [{ host: '127.0.0.1', port: 8_600 }]],
      ]),
    );
  });

  it.each([
    ['a.org.stub.dns.skydns.local', { host: 'ns.example.org' }, 'its host is no IP address'],
    ['a.org.stub.dns.skydns.local', { text: 'x' }, 'its host is no IP address'],
    ['a.org.stub.dns.skydns.local', { host: '0.0.0.0' }, 'its host is an address that no server has'],
    ['a.org.stub.dns.skydns.local', { host: '224.0.0.251' }, 'its host is an address that no server has'],
    ['a.org.stub.dns.skydns.local', { host: '10.0.0.1', port: 65_536 }, 'its port is over 65535'],
    ['a.skydns.local.stub.dns.skydns.local', { host: '10.0.0.1' }, 'its zone is a domain that is answered here'],
    ['org.stub.dns.skydns.local', { host: '10.0.0.1' }, 'its name lacks a zone, or a label before the zone'],
    ['stub.dns.skydns.local', { host: '10.0.0.1' }, 'its name lacks a zone, or a label before the zone'],
  ])('rejects %s with %j: %s', (at, service, reason) => {
    const one = record(name(at), service);
    expect(readStubZones([one], DOMAIN)).toEqual({ zones: new Map(), rejected: [{ key: one.key, reason }] });
  });

  it('takes no more than 16 servers for a zone', () => {
    const records = Array.from({ length: 40 }, (_, n) =>
      record([`ns${n}`, 'org', 'stub', 'dns', ...DOMAIN], { host: `10.0.0.${n + 1}` }),
    );
    expect(readStubZones(records, DOMAIN).zones.get(zone('org'))).toHaveLength(16);
  });
});
