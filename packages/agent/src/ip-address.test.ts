import { describe, expect, it } from 'vitest';
import { canonicalIpAddress, ipAddressKind } from './ip-address.ts';

describe('ipAddressKind', () => {
  it.each([
    ['10.0.0.1', 'other'],
    ['169.253.255.255', 'other'],
    ['169.255.0.0', 'other'],
    ['223.255.255.255', 'other'],
    ['2001:db8::1', 'other'],
    ['fd00::1', 'other'],
    ['fec0::1', 'other'],
    ['fe7f::1', 'other'],
    ['::1.2.3.4', 'other'],
    ['0.0.0.0', 'unspecified'],
    ['::', 'unspecified'],
    ['0:0:0:0:0:0:0:0', 'unspecified'],
    ['::ffff:0.0.0.0', 'unspecified'],
    ['127.0.0.1', 'loopback'],
    ['127.0.1.1', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:10.0.0.1', 'mapped'],
    ['::FFFF:a00:1', 'mapped'],
    ['::ffff:169.254.0.1', 'mapped'],
    ['169.254.0.0', 'link-local'],
    ['169.254.255.255', 'link-local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['FEBF::1', 'link-local'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['255.255.255.254', 'other'],
    ['', 'none'],
    ['localhost', 'none'],
    ['10.0.0.1:80', 'none'],
    ['10.0.0.256', 'none'],
    ['[::1]', 'none'],
  ])('%s is %s', (text, kind) => {
    expect(ipAddressKind(text)).toBe(kind);
  });
});

describe('canonicalIpAddress', () => {
  it.each([
    ['10.0.0.5', '10.0.0.5'],
    ['2001:DB8:0:0::00A', '2001:db8::a'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['fd00:0000:0000:0000:0000:0000:0000:0002', 'fd00::2'],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalIpAddress(text)).toBe(canonical);
  });
});
