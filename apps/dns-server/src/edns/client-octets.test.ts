import { describe, expect, it } from 'vitest';
import { clientOctets } from './client-octets.ts';

describe('clientOctets', () => {
  it.each([
    ['192.0.2.1', [192, 0, 2, 1]],
    ['::ffff:192.0.2.1', [192, 0, 2, 1]],
    ['::', Array.from({ length: 16 }, () => 0)],
    ['fe80::1%eth0', [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['::192.0.2.1', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1]],
    ['nowhere', []],
    ['', []],
  ])('reads %s', (address, octets) => {
    expect([...clientOctets(address)]).toEqual(octets);
  });
});
