import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { chooseAddresses, type HostInterfaces } from './choose-addresses.ts';

const HOST: HostInterfaces = {
  lo: [{ address: '127.0.0.1' }, { address: '::1', scopeid: 0 }],
  eth0: [{ address: '10.0.0.1' }, { address: 'fe80::1', scopeid: 2 }, { address: '2001:db8::1', scopeid: 0 }],
  docker0: [{ address: '172.17.0.1' }, { address: 'fe80::1', scopeid: 7 }, { address: '10.0.0.1' }],
  gone: undefined,
};

const IPV4 = ['127.0.0.1', '10.0.0.1', '172.17.0.1'];
const IPV6 = ['::1', '2001:db8::1', 'fe80::1%eth0', 'fe80::1%docker0'];

describe('chooseAddresses', () => {
  it.each([
    { ipv4Only: false, limit: 64, hosts: [...IPV4, ...IPV6], leftOut: 0 },
    { ipv4Only: false, limit: 7, hosts: [...IPV4, ...IPV6], leftOut: 0 },
    { ipv4Only: false, limit: 6, hosts: [...IPV4, ...IPV6.slice(0, 3)], leftOut: 1 },
    { ipv4Only: false, limit: 2, hosts: IPV4.slice(0, 2), leftOut: 5 },
    { ipv4Only: true, limit: 64, hosts: IPV4, leftOut: 0 },
    { ipv4Only: true, limit: 2, hosts: IPV4.slice(0, 2), leftOut: 1 },
  ])('takes $limit, IPv4 only: $ipv4Only', ({ ipv4Only, limit, hosts, leftOut }) => {
    const found = chooseAddresses(HOST, ipv4Only, limit);
    expect([...found.chosen.values()]).toEqual(hosts);
    expect(found.leftOut).toBe(leftOut);
  });

  it('tells an interface from a later one of the same name', () => {
    const keys = (scopeid: number) => [
      ...chooseAddresses({ br0: [{ address: 'fe80::1', scopeid }] }, false, 64).chosen.keys(),
    ];
    expect(keys(3)).toEqual(keys(3));
    expect(keys(3)).not.toEqual(keys(4));
  });

  it('finds those of this host', () => {
    expect([...chooseAddresses(networkInterfaces(), true, 64).chosen.values()]).toContain('127.0.0.1');
  });
});
