import { describe, expect, it } from 'vitest';
import { addressIn, familiesToFind } from './address-family.ts';
import type { Addresses, FamilyRule } from './service.ts';

const V4 = '10.0.0.5';
const V6 = '2001:db8::5';

describe('addressIn', () => {
  it.each<[string, Addresses, 'ipv4' | 'ipv6' | undefined, string | undefined]>([
    ['IPv4 first', { ipv4: V4, ipv6: V6 }, undefined, V4],
    ['IPv6 where there is no other', { ipv6: V6 }, undefined, V6],
    ['the one asked for', { ipv4: V4, ipv6: V6 }, 'ipv6', V6],
    ['none of the other family', { ipv6: V6 }, 'ipv4', undefined],
    ['none', {}, undefined, undefined],
    ['not an empty one', { ipv4: '', ipv6: V6 }, undefined, V6],
  ])('takes %s', (_, addresses, family, address) => {
    expect(addressIn(addresses, family)).toBe(address);
  });
});

describe('familiesToFind', () => {
  it.each<[FamilyRule, Addresses, readonly string[]]>([
    ['any', {}, ['ipv4', 'ipv6']],
    ['any', { ipv6: V6 }, []],
    ['ipv4', {}, ['ipv4']],
    ['ipv4', { ipv4: V4 }, []],
    ['ipv6', { ipv4: V4 }, ['ipv6']],
    ['dual', {}, ['ipv4', 'ipv6']],
    ['dual', { ipv4: V4 }, ['ipv6']],
    ['dual', { ipv4: V4, ipv6: V6 }, []],
  ])('with -family %s and %j: %j', (family, ip, families) => {
    expect(familiesToFind({ family, ip, addressIn: undefined })).toEqual(families);
  });

  it.each<[FamilyRule, readonly string[]]>([
    ['any', ['ipv4']],
    ['ipv6', ['ipv6']],
    ['dual', ['ipv4', 'ipv6']],
  ])('with -family %s and -address-in: %j', (family, families) => {
    const addressIn = { address: '10.0.0.0', prefixLength: 16 };
    expect(familiesToFind({ family, ip: {}, addressIn })).toEqual(families);
  });
});
