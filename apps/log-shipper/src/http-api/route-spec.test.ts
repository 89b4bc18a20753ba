import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routeOfSentSpec, routeOfSpec } from './route-of-spec.ts';
import { isRouteId, parseRouteSpec, type RouteSpec, routeIdOf, specOfUri, uriOfSpec } from './route-spec.ts';

describe('parseRouteSpec', () => {
  it('takes what the original takes, and null for what is not there', () => {
    const spec = {
      id: 'a.b-c_1',
      filter_id: '0f',
      filter_name: 'web*',
      filter_sources: ['stdout'],
      filter_labels: ['a:b'],
      adapter: 'syslog+tcp',
      address: 'logs.example.org:514',
      options: { exclude: 'a&b=c' },
    };
    expect(parseRouteSpec(JSON.stringify(spec))).toEqual({ ok: true, value: spec });
    expect(parseRouteSpec('{"id":"","adapter":"stdout","address":null,"options":null,"filter_sources":null}')).toEqual({
      ok: true,
      value: { adapter: 'stdout' },
    });
  });

  it.each([
    ['{', 1],
    ['7', 1],
    ['[{"adapter":"syslog"}]', 1],
    ['{"adapter":"syslog","adress":"a"}', 1],
    ['{"adapter":["syslog"],"address":7,"options":[]}', 3],
    ['{"adapter":"syslog","options":{"a":1}}', 1],
    ['{"adapter":"syslog","filter_sources":"stdout"}', 1],
    ['{"adapter":"syslog","filter_sources":[1]}', 1],
    ['{"adapter":"sys log"}', 1],
    ['{"adapter":"syslog://a?b="}', 1],
    ['{"adapter":"syslog","address":"a#b"}', 1],
    ['{"adapter":"syslog","address":"a\\nb"}', 1],
    ['{"adapter":"syslog","id":"a/b"}', 1],
  ])('refuses %s with %i reasons', (text, count) => {
    const spec = parseRouteSpec(text);
    expect(spec.ok ? [] : spec.error).toHaveLength(count);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        expect(() => parseRouteSpec(text)).not.toThrow();
      }),
    );
  });
});

describe('isRouteId', () => {
  it.each(['a', 'A-1_2.json', 'x'.repeat(64)])('%s is one', (id) => expect(isRouteId(id)).toBe(true));
  it.each(['', '.', '..', '.a', 'a/b', 'a\\b', 'a b', 'a\n', 'x'.repeat(65), 'é'])('%j is none', (id) =>
    expect(isRouteId(id)).toBe(false),
  );
  it('those that are made up are', () => expect(isRouteId(routeIdOf('syslog://a'))).toBe(true));
});

describe('uriOfSpec', () => {
  it.each<[RouteSpec, string]>([
    [{ adapter: 'syslog', address: 'a:514' }, 'syslog://a:514'],
    [{ adapter: 'stdout' }, 'stdout:'],
    [{ adapter: 'multiline+stdout', filter_id: '0f' }, 'multiline+stdout:?filter.id=0f'],
    [
      { adapter: 'syslog+tcp', address: '[::1]:514', filter_sources: ['stdout', 'stderr'], filter_labels: ['a:b*'] },
      'syslog+tcp://[::1]:514?filter.sources=stdout,stderr&filter.labels=a:b*',
    ],
    [
      { adapter: 'raw', address: 'a:1', options: { exclude: 'a&b=c#+ %\ud800' } },
      'raw://a:1?exclude=a%26b%3Dc%23%2B%20%25%EF%BF%BD',
    ],
  ])('%j is %s', (spec, uri) => {
    expect(uriOfSpec(spec)).toBe(uri);
  });

  it('and specOfUri undo each other', () => {
    const item = fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => text.replaceAll(',', ';').toWellFormed());
    const spec = fc.record(
      {
        adapter: fc.constantFrom('syslog+tcp', 'raw', 'json+https'),
        address: fc.constantFrom('a:1', '[::1]:514', '***@a/b'),
        filter_id: item,
        filter_name: item,
        filter_sources: fc.array(item, { minLength: 1 }),
        filter_labels: fc.array(item, { minLength: 1 }),
        options: fc.dictionary(item, item, { minKeys: 1 }),
      },
      { requiredKeys: ['adapter', 'address'] },
    );
    fc.assert(
      fc.property(spec, (given) => {
        expect(specOfUri(uriOfSpec(given))).toEqual(given);
      }),
    );
  });
});

describe('routeOfSpec', () => {
  it('checks a route as one of the command line', () => {
    const route = routeOfSpec({ adapter: 'syslog+tcp', address: '$HOME:514', filter_sources: ['stderr'] });
    expect(route).toMatchObject({ ok: true, value: { destination: { adapter: 'syslog', carrier: 'tcp', port: 514 } } });
    expect(routeOfSpec({ adapter: 'raw', address: 'a' })).toEqual({
      ok: false,
      error: [expect.stringMatching('port')],
    });
  });

  it('lets files be named on disk alone', () => {
    const spec = {
      adapter: 'syslog+tls',
      address: 'a:1',
      options: { 'tls.cert': '/a', 'tls.key': '/b', 'tls.ca': '/c' },
    };
    expect(routeOfSpec(spec)).toMatchObject({ ok: true });
    const sent = routeOfSentSpec(spec);
    expect(sent.ok ? [] : sent.error).toHaveLength(3);
    expect(routeOfSentSpec({ ...spec, options: { 'tls.name': 'b' } })).toMatchObject({ ok: true });
  });
});
