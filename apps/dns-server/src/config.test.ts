import { describe, expect, it } from 'vitest';
import { dnsServerDefaults, identityOf, zoneOf } from './config.ts';

describe('identityOf', () => {
  const named = { type: 'name', name: ['a', 'skydns', 'local'] } as const;

  it.each([
    { host: '10.0.0.1', local: undefined, expected: { addresses: ['10.0.0.1'] } },
    { host: '0.0.0.0', local: undefined, expected: { addresses: [] } },
    { host: '::', local: undefined, expected: { addresses: [] } },
    { host: '', local: { type: 'ipv4', address: '10.0.0.2' } as const, expected: { addresses: ['10.0.0.2'] } },
    { host: '10.0.0.1', local: named, expected: { addresses: ['10.0.0.1'], localTarget: named.name } },
  ])('of a server on $host', ({ host, local, expected }) => {
    expect(identityOf({ ...dnsServerDefaults, listen: { host, port: 53 }, local })).toEqual(expected);
  });
});

describe('zoneOf', () => {
  it('takes hostmaster in the domain when nobody else is named', () => {
    expect(zoneOf(dnsServerDefaults).hostmaster).toEqual(['hostmaster', 'skydns', 'local']);
  });
});
