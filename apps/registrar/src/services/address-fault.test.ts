import { describe, expect, it } from 'vitest';
import { addressFault } from './address-fault.ts';

describe('addressFault', () => {
  it.each(['10.0.0.5', '172.17.0.2', '2001:db8::1', 'fd00::1'])('finds none in %s', (address) => {
    expect(addressFault(address)).toBeUndefined();
  });

  it.each([
    ['', 'is no IP'],
    ['web', 'is no IP'],
    ['10.0.0.5/24', 'is no IP'],
    ['fd00::1%eth0', 'is no IP'],
    ['::', 'stands for all'],
    ['127.0.1.1', 'only this host reaches'],
    ['169.254.0.1', 'is link-local'],
    ['fe80::1', 'is link-local'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['::ffff:10.0.0.5', 'an IPv4 address written as an IPv6 one'],
  ])('refuses %j, which %s', (address, reason) => {
    expect(addressFault(address)).toContain(reason);
  });
});
