import { describe, expect, it } from 'vitest';
import type { Destination } from '../routes/route.ts';
import { routeOptionErrors } from '../routes/route-options.ts';
import { sinkOptionsOf, sinkRouteOptions } from './sink-options.ts';

const to = (adapter: 'loki' | 'elasticsearch' | 'json'): Destination => ({ adapter, url: 'http://logs.example/' });

describe('sinkRouteOptions', () => {
  it.each([
    ['authorization-file', '', 'has an option authorization-file that names no file'],
    ['gzip', '9', 'has an option gzip that is out of range: it must be a whole number from 1 to 6'],
    ['gzip', 'on', 'has an option gzip that is not a whole number from 1 to 6'],
    ['tenant', 'a\r\nb', 'has an option tenant that cannot be the name of a tenant'],
  ])('refuses %s=%j', (name, text, error) => {
    expect(routeOptionErrors(new Map([[name, text]]), to('loki'), sinkRouteOptions)).toEqual([error]);
  });

  it('has a tenant for Loki alone, and the others for every sink', () => {
    const options = new Map([
      ['authorization-file', '/run/secrets/key'],
      ['gzip', 'off'],
      ['tenant', 'team-1'],
    ]);
    expect(routeOptionErrors(options, to('loki'), sinkRouteOptions)).toEqual([]);
    expect(routeOptionErrors(options, to('json'), sinkRouteOptions)).toEqual([
      'has an option tenant that has no meaning there',
    ]);
    expect(routeOptionErrors(options, { adapter: 'stdout' }, sinkRouteOptions)).toHaveLength(3);
  });
});

describe('sinkOptionsOf', () => {
  it.each<[Record<string, string>, object]>([
    [{}, {}],
    [{ gzip: 'off', 'tls.ca': 'x' }, {}],
    [
      { gzip: '6', 'authorization-file': '/run/secrets/key' },
      { gzipLevel: 6, authorizationFile: '/run/secrets/key' },
    ],
    [{ tenant: 'team-1' }, { tenant: 'team-1' }],
  ])('of %j makes %j', (options, value) => {
    expect(sinkOptionsOf(new Map(Object.entries(options)))).toEqual(value);
  });
});
