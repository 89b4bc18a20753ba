import { createManualClock } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import type { AddressFamily } from '../services/address-family.ts';
import { addressFault } from '../services/address-fault.ts';
import { findHostAddresses, type HostAddress, hostAddressSources, toHost } from './host-address.ts';

const byName: HostAddress = { address: '192.0.2.1', source: 'name' };
const byRoute: HostAddress = { address: '192.0.2.2', source: 'route' };
const byName6: HostAddress = { address: '2001:db8::1', source: 'name' };
const byRoute6: HostAddress = { address: '2001:db8::2', source: 'route' };

const answering =
  (...addresses: readonly string[]) =>
  () =>
    Promise.resolve(addresses);
const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
const routing = (ipv4: string | undefined, ipv6?: string) => (family: AddressFamily) =>
  Promise.resolve({ ipv4, ipv6 }[family]);
const unasked = () => Promise.reject(new Error('asked'));
const BOTH = { hostname: 'node-1', families: ['ipv4', 'ipv6'], addressIn: undefined } as const;
const IPV4 = { ...BOTH, families: ['ipv4'] } as const;
const NETWORK = { address: '192.0.2.0', prefixLength: 24 };
const byNetwork: HostAddress = { address: '192.0.2.3', source: 'network' };

describe('findHostAddresses', () => {
  const clock = createManualClock();

  it.each([
    { said: 'the name resolves', resolve: answering('192.0.2.1'), route: '192.0.2.2', found: byName },
    {
      said: 'it resolves to another',
      known: byRoute,
      resolve: answering('192.0.2.1'),
      route: '192.0.2.2',
      found: byName,
    },
    { said: 'it is a loopback name', resolve: answering('127.0.1.1'), route: '192.0.2.2', found: byRoute },
    { said: 'it is a loopback name too', resolve: answering('127.0.1.1', '192.0.2.1'), found: byName },
    { said: 'it became one', known: byName, resolve: answering('127.0.1.1'), route: '192.0.2.2', found: byRoute },
    { said: 'there is no such name', resolve: failing('ENOTFOUND'), route: '192.0.2.2', found: byRoute },
    { said: 'the name is gone', known: byName, resolve: failing('ENOTFOUND'), route: '192.0.2.2', found: byRoute },
    { said: 'the resolver fails', resolve: failing('EAI_AGAIN'), route: '192.0.2.2', found: byRoute },
    { said: 'it fails later', known: byName, resolve: failing('EAI_AGAIN'), route: '192.0.2.2', found: byName },
    {
      said: 'the route moves',
      known: { ...byRoute, address: '192.0.2.3' },
      resolve: failing('EAI_AGAIN'),
      route: '192.0.2.2',
      found: byRoute,
    },
    { said: 'nothing is known any more', known: byRoute, resolve: failing('EAI_AGAIN'), found: byRoute },
    { said: 'nothing was ever known', resolve: failing('ENOTFOUND'), found: undefined },
  ])('$said: $found.address', async ({ known, resolve, route, found }) => {
    const sources = { clock, resolve, routed: routing(route), within: unasked };
    const before = known === undefined ? {} : { ipv4: known };
    expect(await findHostAddresses(IPV4, before, sources)).toEqual(found === undefined ? {} : { ipv4: found });
    expect(clock.pending).toBe(0);
  });

  it.each([
    {
      said: 'both by name',
      resolve: answering('fe80::1', '2001:DB8:0::1', '192.0.2.1'),
      found: { ipv4: byName, ipv6: byName6 },
    },
    {
      said: 'one by name, the other by its route',
      resolve: answering('192.0.2.1'),
      found: { ipv4: byName, ipv6: byRoute6 },
    },
    {
      said: 'each as it was known while the resolver fails',
      resolve: failing('EAI_AGAIN'),
      known: { ipv4: { ...byRoute, address: '192.0.2.3' }, ipv6: byName6 },
      found: { ipv4: byRoute, ipv6: byName6 },
    },
    {
      said: 'the IPv6 address of the name is gone',
      resolve: answering('192.0.2.1'),
      known: { ipv4: byName, ipv6: byName6 },
      found: { ipv4: byName, ipv6: byRoute6 },
    },
  ])('finds of both families: $said', async ({ resolve, known = {}, found }) => {
    const sources = { clock, resolve, routed: routing('192.0.2.2', '2001:db8::2'), within: unasked };
    expect(await findHostAddresses(BOTH, known, sources)).toEqual(found);
  });

  it('has none of a family without name and route', async () => {
    const sources = { clock, resolve: answering('192.0.2.1'), routed: routing('192.0.2.2'), within: unasked };
    expect(await findHostAddresses(BOTH, {}, sources)).toEqual({ ipv4: byName });
  });

  it('finds the IPv4 address in the network that is named alone, and keeps it', async () => {
    const within = async ({ address }: { address: string }) => (address === NETWORK.address ? '192.0.2.3' : undefined);
    const named = { clock, resolve: unasked, routed: unasked, within };
    expect(await findHostAddresses({ ...IPV4, addressIn: NETWORK }, {}, named)).toEqual({ ipv4: byNetwork });
    const gone = { ...named, within: async () => undefined };
    expect(await findHostAddresses({ ...IPV4, addressIn: NETWORK }, {}, gone)).toEqual({});
    const known = { ipv4: byNetwork };
    expect(await findHostAddresses({ ...IPV4, addressIn: NETWORK }, known, gone)).toEqual(known);
  });

  it('finds the IPv6 address as ever beside it', async () => {
    const sources = { clock, resolve: answering('2001:db8::1', '192.0.2.1'), routed: unasked };
    const within = async () => '192.0.2.3';
    const found = await findHostAddresses({ ...BOTH, addressIn: NETWORK }, {}, { ...sources, within });
    expect(found).toEqual({ ipv4: byNetwork, ipv6: byName6 });
  });

  it('asks nobody for nothing', async () => {
    const sources = { clock, resolve: unasked, routed: unasked, within: unasked };
    expect(await findHostAddresses({ ...BOTH, families: [] }, {}, sources)).toEqual({});
  });

  it('waits for the resolver for two seconds', async () => {
    const resolve = () => new Promise<readonly string[]>(() => undefined);
    const sources = { clock, resolve, routed: routing('192.0.2.2'), within: unasked };
    const [first, later] = [findHostAddresses(IPV4, {}, sources), findHostAddresses(IPV4, { ipv4: byName }, sources)];
    await clock.advance(2000);
    expect(await first).toEqual({ ipv4: byRoute });
    expect(await later).toEqual({ ipv4: byName });
  });

  it('knows where this machine keeps them', async () => {
    const { resolve, routed } = hostAddressSources(clock);
    expect(await resolve('localhost')).toContainEqual(expect.stringMatching(/^127\.|^::1$/));
    expect((await routed('ipv4')) ?? '0.0.0.0').toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    const ipv6 = await routed('ipv6');
    expect(ipv6 === undefined || (ipv6.includes(':') && addressFault(ipv6) === undefined)).toBe(true);
  });
});

describe('toHost', () => {
  it('tells the addresses without where they come from', () => {
    expect(toHost('node-1', {})).toEqual({ name: 'node-1', addresses: {} });
    expect(toHost('node-1', { ipv6: byName6 })).toEqual({ name: 'node-1', addresses: { ipv6: '2001:db8::1' } });
  });
});
