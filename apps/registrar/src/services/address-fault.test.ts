import { describe, expect, it } from 'vitest';
import { addressFault, canonicalAddress } from './address-fault.ts';

describe('addressFault', () => {
  it.each([
    ['10.0.0.5'],
    ['172.17.0.2'],
    ['169.253.255.255'],
    ['169.255.0.0'],
    ['223.255.255.255'],
    ['2001:db8::1'],
    ['fd00::1'],
    ['fec0::1'],
    ['fe7f::1'],
    ['::1.2.3.4'],
  ])('finds none in %s', (address) => {
    expect(addressFault(address)).toBeUndefined();
  });

  it.each([
    ['', 'is no IP'],
    ['web', 'is no IP'],
    ['10.0.0.5/24', 'is no IP'],
    ['fd00::1%eth0', 'is no IP'],
    ['0.0.0.0', 'stands for all'],
    ['::', 'stands for all'],
    ['127.0.1.1', 'only this host reaches'],
    ['::1', 'only this host reaches'],
    ['::ffff:127.0.0.1', 'only this host reaches'],
    ['169.254.0.0', 'is link-local'],
    ['169.254.255.255', 'is link-local'],
    ['fe80::1', 'is link-local'],
    ['FEBF::1', 'is link-local'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['::ffff:10.0.0.5', 'an IPv4 address written as an IPv6 one'],
    ['::ffff:a00:5', 'an IPv4 address written as an IPv6 one'],
    ['::ffff:169.254.0.1', 'an IPv4 address written as an IPv6 one'],
  ])('refuses %j, which %s', (address, reason) => {
    expect(addressFault(address)).toContain(reason);
  });
});

describe('canonicalAddress', () => {
  it.each([
    ['10.0.0.5', '10.0.0.5'],
    ['2001:DB8:0:0::00A', '2001:db8::a'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['fd00:0000:0000:0000:0000:0000:0000:0002', 'fd00::2'],
  ])('writes %s as %s', (address, canonical) => {
    expect(canonicalAddress(address)).toBe(canonical);
  });
});
