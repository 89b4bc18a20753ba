import { SocketAddress as NodeSocketAddress } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLocalAddress, isLocalClient } from '../upstream/local-client.ts';
import { decodeSocketAddress, encodeSocketAddress, ipv4At, octetsOf, portAt, setPort } from './socket-address.ts';

describe('encodeSocketAddress', () => {
  it.each([
    { host: '10.0.0.5', port: 53, zoneIndex: 0, hex: '0200 0035 0a000005 0000000000000000' },
    {
      host: 'fe80::1:2',
      port: 0x1234,
      zoneIndex: 3,
      hex: '0a00 1234 00000000 fe800000000000000000000000010002 03000000',
    },
    { host: '::', port: 0, zoneIndex: 0, hex: `0a00 0000 ${'00'.repeat(24)}` },
  ])('lays out $host as Linux does', ({ hex, ...address }) => {
    const bytes = encodeSocketAddress(address);
    expect(bytes?.toString('hex')).toBe(hex.replaceAll(' ', ''));
    expect(bytes && portAt(bytes, 0)).toBe(address.port);
    expect(bytes && decodeSocketAddress(bytes)).toEqual(address);
  });

  it.each(['', 'localhost', '10.0.0.300', 'fe80::1%eth0'])('knows that %j is no address', (host) => {
    expect(encodeSocketAddress({ host, port: 53, zoneIndex: 0 })).toBeUndefined();
  });
});

describe('octetsOf', () => {
  it.each(['10.0.0.1', '192.0.2.1', '::ffff:10.0.0.1', '::ffff:192.0.2.1', '::1', 'fe80::1', '2001:db8::1'])(
    'has the address %s as isLocalAddress wants it',
    (host) => {
      const bytes = encodeSocketAddress({ host, port: 53, zoneIndex: 0 });
      expect(bytes && isLocalAddress(octetsOf(bytes))).toBe(isLocalClient(host));
    },
  );
});

describe('decodeSocketAddress', () => {
  it('reads every address as it was written', () => {
    const hosts = fc.oneof(
      fc.ipV4(),
      fc.ipV6().map((address) => new NodeSocketAddress({ address, family: 'ipv6' }).address),
    );
    fc.assert(
      fc.property(hosts, fc.nat(65_535), (host, port) => {
        const address = { host, port, zoneIndex: 0 };
        const bytes = encodeSocketAddress(address);
        expect(bytes && decodeSocketAddress(bytes)).toEqual(address);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['a path', `0100${'00'.repeat(26)}`],
    ['half an IPv4 address', '020000350a00'],
    ['half an IPv6 address', `0a00${'00'.repeat(20)}`],
  ])('reads %s as no address', (_, hex) => {
    expect(decodeSocketAddress(Buffer.from(hex, 'hex'))).toBeUndefined();
  });

  it('reads and changes what is in memory', () => {
    const ipv4 = encodeSocketAddress({ host: '192.0.2.1', port: 53, zoneIndex: 0 }) ?? Buffer.alloc(0);
    const memory = Buffer.concat([Buffer.alloc(5, 0xff), ipv4]);
    expect([ipv4At(memory, 5), portAt(memory, 5)]).toEqual([0xc000_0201, 53]);
    setPort(ipv4, 60_000);
    expect(decodeSocketAddress(ipv4)).toEqual({ host: '192.0.2.1', port: 60_000, zoneIndex: 0 });
    expect(ipv4At(encodeSocketAddress({ host: '2001:db8::1', port: 53, zoneIndex: 0 }) ?? Buffer.alloc(0), 0)).toBe(-1);
  });
});
