import { createManualClock } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { findHostAddress, type HostAddress, hostAddressSources } from './host-address.ts';

const byName: HostAddress = { address: '192.0.2.1', source: 'name' };
const byRoute: HostAddress = { address: '192.0.2.2', source: 'route' };

const answering = (address: string) => () => Promise.resolve(address);
const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

describe('findHostAddress', () => {
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
    {
      said: 'nothing is known any more',
      known: byRoute,
      resolve: failing('EAI_AGAIN'),
      route: undefined,
      found: byRoute,
    },
    { said: 'nothing was ever known', resolve: failing('ENOTFOUND'), route: undefined, found: undefined },
  ])('$said: $found.address', async ({ known, resolve, route, found }) => {
    const sources = { clock, resolve, routed: () => Promise.resolve(route) };
    expect(await findHostAddress('node-1', known, sources)).toEqual(found);
    expect(clock.pending).toBe(0);
  });

  it('waits for the resolver for two seconds', async () => {
    const resolve = () => new Promise<string>(() => undefined);
    const sources = { clock, resolve, routed: () => Promise.resolve('192.0.2.2') };
    const [first, later] = [findHostAddress('node-1', undefined, sources), findHostAddress('node-1', byName, sources)];
    await clock.advance(2000);
    expect(await first).toEqual(byRoute);
    expect(await later).toEqual(byName);
  });

  it('knows where this machine keeps both', async () => {
    const { resolve, routed } = hostAddressSources(clock);
    expect(await resolve('localhost')).toMatch(/^127\.|^::1$/);
    expect((await routed()) ?? '0.0.0.0').toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  });
});
