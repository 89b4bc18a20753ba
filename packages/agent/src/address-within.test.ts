import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { addressWithin, findAddressWithin } from './address-within.ts';

const ipv4 = (address: string): NetworkInterfaceInfo => ({
  address,
  family: 'IPv4',
  netmask: '255.255.255.0',
  mac: '00:00:00:00:00:00',
  internal: address.startsWith('127.'),
  cidr: `${address}/24`,
});
const ipv6: NetworkInterfaceInfo = {
  address: '2001:db8::1',
  family: 'IPv6',
  netmask: 'ffff:ffff:ffff:ffff::',
  mac: '00:00:00:00:00:00',
  internal: false,
  cidr: '2001:db8::1/64',
  scopeid: 0,
};

const INTERFACES = {
  lo: [ipv4('127.0.0.1')],
  docker0: [ipv4('172.17.0.1')],
  eth0: [ipv6, ipv4('169.254.1.1'), ipv4('198.51.100.5'), ipv4('198.51.100.6')],
  eth1: [ipv4('10.0.0.5')],
};

describe('addressWithin', () => {
  it.each([
    { network: '10.0.0.0/8', preferred: 'eth0', expected: '10.0.0.5' },
    { network: '198.51.100.0/24', preferred: 'eth1', expected: '198.51.100.5' },
    { network: '0.0.0.0/0', preferred: 'eth0', expected: '198.51.100.5' },
    { network: '0.0.0.0/0', preferred: 'eth1', expected: '10.0.0.5' },
    { network: '0.0.0.0/0', preferred: 'gone', expected: '172.17.0.1' },
    { network: '0.0.0.0/0', preferred: undefined, expected: '172.17.0.1' },
    { network: '127.0.0.0/8', preferred: 'eth0', expected: undefined },
    { network: '169.254.0.0/16', preferred: 'eth0', expected: undefined },
    { network: '192.0.2.0/24', preferred: 'eth0', expected: undefined },
  ])('$network, default route by $preferred: $expected', ({ network, preferred, expected }) => {
    const [address = '', length] = network.split('/');
    expect(addressWithin({ address, prefixLength: Number(length) }, INTERFACES, preferred)).toBe(expected);
  });
});

describe('findAddressWithin', () => {
  it('looks at the interfaces of this machine', async () => {
    const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const own = all.filter(({ internal }) => !internal).map(({ address }) => address);
    expect([...own, undefined]).toContain(await findAddressWithin({ address: '0.0.0.0', prefixLength: 0 }));
    const first = own.find((address) => address.includes('.') && !address.startsWith('169.254.'));
    const alone = first === undefined ? undefined : await findAddressWithin({ address: first, prefixLength: 32 });
    expect(alone).toBe(first);
  });
});
