import { BlockList, isIPv4 } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLocalClient } from './local-client.ts';

describe('isLocalClient', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.255.255.255', true],
    ['10.255.0.1', true],
    ['11.0.0.1', false],
    ['172.15.255.255', false],
    ['172.16.0.0', true],
    ['172.31.255.255', true],
    ['172.32.0.0', false],
    ['192.168.1.1', true],
    ['192.169.0.0', false],
    ['100.63.255.255', false],
    ['100.64.0.0', true],
    ['100.127.255.255', true],
    ['100.128.0.0', false],
    ['169.254.1.1', true],
    ['0.0.0.0', false],
    ['8.8.8.8', false],
    ['::1', true],
    ['::', false],
    ['::2', false],
    ['fe80::1', true],
    ['fe80::1%eth0', true],
    ['febf::1', true],
    ['fec0::1', false],
    ['fc00::1', true],
    ['fdff::1', true],
    ['fe00::1', false],
    ['2001:db8::1', false],
    ['::ffff:10.0.0.1', true],
    ['::ffff:8.8.8.8', false],
    ['64:ff9b::10.0.0.1', false],
    ['', false],
    ['localhost', false],
  ])('%s: %s', (address, isLocal) => {
    expect(isLocalClient(address)).toBe(isLocal);
  });

  it('agrees with the lists of the platform', () => {
    const list = new BlockList();
    for (const [network, bits] of [
      ['127.0.0.0', 8],
      ['169.254.0.0', 16],
      ['10.0.0.0', 8],
      ['172.16.0.0', 12],
      ['192.168.0.0', 16],
      ['100.64.0.0', 10],
    ] as const) {
      list.addSubnet(network, bits);
    }
    for (const [network, bits] of [
      ['::1', 128],
      ['fe80::', 10],
      ['fc00::', 7],
    ] as const) {
      list.addSubnet(network, bits, 'ipv6');
    }
    const first = fc.constantFrom('127', '169', '10', '172', '192', '100', '8');
    const rest = fc.tuple(fc.nat({ max: 255 }), fc.nat({ max: 255 }), fc.nat({ max: 255 }));
    const ipv4 = fc.tuple(first, rest).map(([first, rest]) => [first, ...rest].join('.'));
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), ipv4, fc.ipV6()), (address) => {
        const family = isIPv4(address) ? 'ipv4' : 'ipv6';
        expect(isLocalClient(address)).toBe(list.check(address, family));
      }),
    );
  });
});
