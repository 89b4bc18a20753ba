import { isIPv4, isIPv6 } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mappedIpv4, parseIpv4, parseIpv6 } from './address.ts';

describe('parseIpv4', () => {
  it.each([
    ['192.0.2.1', [192, 0, 2, 1]],
    ['0.0.0.0', [0, 0, 0, 0]],
    ['255.255.255.255', [255, 255, 255, 255]],
  ])('reads %s', (text, octets) => {
    expect(parseIpv4(text)).toEqual(octets);
  });

  it.each(['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.4 ', 'a.b.c.d', '1..2.3', '::1', '1e1.0.0.0'])(
    'refuses %j',
    (text) => expect(parseIpv4(text)).toBeUndefined(),
  );
});

describe('parseIpv6', () => {
  it.each([
    ['2001:db8::1', '20010db8000000000000000000000001'],
    ['::', '00000000000000000000000000000000'],
    ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
    ['1:2:3:4:5:6:192.0.2.1', '000100020003000400050006c0000201'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
    ['2001:DB8:0:0:0:0:0:A', '20010db800000000000000000000000a'],
  ])('reads %s', (text, hex) => {
    expect(Buffer.from(parseIpv6(text) ?? []).toString('hex')).toBe(hex);
  });

  it.each([
    '',
    ':',
    ':::',
    '1:2',
    '1::2::3',
    'zz::1',
    '12345::',
    'fe80::1%eth0',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '192.0.2.1::',
    '192.0.2.1',
    '::192.0.2',
    '1.2.3.4::1',
  ])('refuses %j', (text) => expect(parseIpv6(text)).toBeUndefined());

  it('accepts and refuses what Node does, zones apart', () => {
    const pieces = fc.array(fc.constantFrom('1', 'f0', ':', '::', '.', '255', '0', 'db8', '256'), { maxLength: 16 });
    const texts = fc.oneof(
      fc.ipV6(),
      fc.ipV4(),
      pieces.map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect([parseIpv4(text) !== undefined, parseIpv6(text) !== undefined]).toEqual([isIPv4(text), isIPv6(text)]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('mappedIpv4', () => {
  it.each([
    ['::ffff:192.0.2.1', [192, 0, 2, 1]],
    ['::ffff:0:0', [0, 0, 0, 0]],
    ['::192.0.2.1', undefined],
    ['::fffe:192.0.2.1', undefined],
    ['1::ffff:192.0.2.1', undefined],
  ])('of %s is %j', (text, expected) => expect(mappedIpv4(parseIpv6(text) ?? [])).toEqual(expected));

  it('is none of octets that are no IPv6 address', () => {
    expect([mappedIpv4([192, 0, 2, 1]), mappedIpv4([])]).toEqual([undefined, undefined]);
  });
});
