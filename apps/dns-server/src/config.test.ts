import { describe, expect, it } from 'vitest';
import { dnsServerDefaults, identityOf, zonesOf } from './config.ts';

describe('identityOf', () => {
  const named = { type: 'name', name: ['a', 'skydns', 'local'] } as const;

  it.each([
    { host: '10.0.0.1', local: undefined, expected: { addresses: ['10.0.0.1'] } },
    { host: '0.0.0.0', local: undefined, expected: { addresses: [] } },
    { host: '::', local: undefined, expected: { addresses: [] } },
    { host: '', local: { type: 'ipv4', address: '10.0.0.2' } as const, expected: { addresses: ['10.0.0.2'] } },
    { host: '10.0.0.1', local: named, expected: { addresses: ['10.0.0.1'], localTarget: named.name } },
  ])('of a server on $host', ({ host, local, expected }) => {
    expect(identityOf({ host, port: 53 }, local)).toEqual(expected);
  });
});

describe('zonesOf', () => {
  it('takes hostmaster in the domain when nobody else is named', () => {
    expect(zonesOf({ ...dnsServerDefaults.answers, domains: [['a'], ['b', 'c']] })).toEqual([
      { domain: ['a'], hostmaster: ['hostmaster', 'a'] },
      { domain: ['b', 'c'], hostmaster: ['hostmaster', 'b', 'c'] },
    ]);
  });
});
