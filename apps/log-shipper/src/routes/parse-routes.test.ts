import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesFilter } from './matches-filter.ts';
import { parseRoutes } from './parse-routes.ts';
import type { Route } from './route.ts';

const parse = (texts: string | readonly string[], env = {}) =>
  parseRoutes(typeof texts === 'string' ? [texts] : texts, '<route URI>', env);
const routesOf = (texts: string | readonly string[], env = {}): readonly Route[] => {
  const routes = parse(texts, env);
  if (!routes.ok) throw new Error(JSON.stringify(routes.error));
  return routes.value;
};
const udp = (host: string, port?: number) => ({ adapter: 'syslog', carrier: 'udp', host, port });
const tcp = (host: string, port?: number) => ({ ...udp(host, port), carrier: 'tcp' });

describe('parseRoutes', () => {
  it.each([
    ['syslog://logs.example.org', [udp('logs.example.org')]],
    ['syslog://docker-rsyslog.staging.example.local:514', [udp('docker-rsyslog.staging.example.local', 514)]],
    ['syslog+udp://10.0.0.7:1514/', [udp('10.0.0.7', 1514)]],
    ['syslog+tcp://[2001:db8::7]:601', [tcp('2001:db8::7', 601)]],
    ['syslog+tcp://_logs._tcp.example.org', [tcp('_logs._tcp.example.org')]],
    ['syslog+tls://logs', [{ ...udp('logs'), carrier: 'tls' }]],
    ['syslog+relp://logs:2514', [{ ...udp('logs', 2_514), carrier: 'relp' }]],
    ['relps://logs', [{ ...udp('logs'), carrier: 'relps' }]],
    ['raw://logs:5000', [{ ...udp('logs', 5_000), adapter: 'raw' }]],
    ['tcp://logs:5000', [{ ...tcp('logs', 5_000), adapter: 'raw' }]],
    ['tls://logs:5000', [{ ...tcp('logs', 5_000), adapter: 'raw', carrier: 'tls' }]],
    ['udp://logs:5000', [{ ...udp('logs', 5_000), adapter: 'raw' }]],
    ['json+http://logs/in', [{ adapter: 'json', url: 'http://logs/in' }]],
    [
      'loki+https://me:secret@logs',
      [{ adapter: 'loki', url: 'https://logs/loki/api/v1/push', credentials: 'me:secret' }],
    ],
    ['stdout:', [{ adapter: 'stdout' }]],
    ['syslog://a:1,syslog+tcp://b:2, stdout:', [udp('a', 1), tcp('b', 2), { adapter: 'stdout' }]],
    ['syslog://a?filter.sources=stdout,stderr,syslog://b', [udp('a'), udp('b')]],
    ['syslog://$HOST:$PORT', [udp('logs.example.org', 5514)]],
    ['$ALL', [udp('a'), udp('b')]],
  ])('%j', (text, destinations) => {
    const env = { HOST: 'logs.example.org', PORT: '5514', ALL: 'syslog://a,syslog://b' };
    expect(routesOf(text, env).map(({ destination }) => destination)).toEqual(destinations);
  });

  it('knows multiline adapters', () => {
    expect(routesOf('multiline+syslog+tcp://logs')).toMatchObject([{ multiline: true, destination: tcp('logs') }]);
    expect(routesOf('multiline+json+http://logs/in')).toMatchObject([
      { multiline: true, destination: { adapter: 'json' } },
    ]);
    expect(routesOf('syslog+tcp://logs')).toMatchObject([{ multiline: false }]);
  });

  it('names a route without its secrets', () => {
    expect(routesOf('loki+http://me:secret@logs/').map(({ uri }) => uri)).toEqual(['loki+http://***@logs/']);
  });

  it.each([
    ['multiline+pigeon://roof', /adapter pigeon that is not known/],
    ['raw+tcp://logs', /no port/],
    ['carrier-pigeon://roof:514', /adapter carrier-pigeon that is not known/],
    ['syslog', /is not a route URI/],
    ['syslog://', /is not a route URI|has no host/],
    ['syslog://:514', /is not a route URI|has no host/],
    ['syslog://logs:70000', /has port 70000, which is out of range: the highest is 65535/],
    ['json+http://me@[::1]:65536/x', /has port 65536,/],
    ['syslog://logs:x51?filter.id=a', /has a port that is not a number/],
    ['syslog://[::1:514', /is not a route URI/],
    ['syslog://logs:0', /port 0/],
    ['syslog://_syslog._udp.example.org:514', /whose SRV records have the ports/],
    ['json+http://_logs._tcp.example.org:8080/', /whose SRV records have the ports/],
    ['syslog://user@logs', /user/],
    ['syslog://logs/path', /path/],
    ['syslog://$GONE:514', /not set: GONE/],
    ['$GONE', /names no route \(not set: GONE\)/],
    ['syslog://logs?prepend_tag=x', /option prepend_tag/],
    ['syslog://logs?filter.names=x', /option filter\.names/],
    ['syslog://logs?filter.name=[', /filter\.name/],
    ['syslog://logs?filter.name=a&filter.name=b', /filter\.name more than once/],
    ['syslog://logs?filter.sources=stdlog', /stdlog/],
    ['syslog://logs?filter.labels=x', /filter\.labels item x/],
    ['syslog://logs,syslog://logs', /twice/],
  ])('refuses %j', (text, message) => {
    const routes = parse(text);
    expect(routes.ok ? [] : routes.error.map((error) => error.message)).toEqual([expect.stringMatching(message)]);
  });

  it('finds every error of every route', () => {
    const routes = parse(['pigeon://roof?x=1&filter.name=[', 'syslog://logs:514', 'syslog://logs/path']);
    expect(routes.ok ? [] : routes.error.map(({ value }) => value)).toEqual([
      'pigeon://roof?x=1&filter.name=[',
      'pigeon://roof?x=1&filter.name=[',
      'pigeon://roof?x=1&filter.name=[',
      'syslog://logs/path',
    ]);
  });

  it('takes no more than 32 routes', () => {
    const texts = Array.from({ length: 33 }, (_, index) => `syslog://logs:${index + 1}`);
    expect(parse(texts.slice(1)).ok).toBe(true);
    expect(parse(texts).ok).toBe(false);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => parse([text, `syslog://${text}`, `syslog://h?${text}`])).not.toThrow();
      }),
    );
  });
});

describe('matchesFilter', () => {
  const container = { id: '0123456789ab', name: 'web-1', labels: new Map([['tier', 'front/a']]) };

  it.each([
    ['', true],
    ['filter.id=0123', true],
    ['filter.id=9', false],
    ['filter.name=web-*', true],
    ['filter.name=db-*', false],
    ['filter.labels=tier:front/*', true],
    ['filter.labels=tier:front*', false],
    ['filter.labels=tier:front/*,owner:?*', false],
    ['filter.labels=owner:', true],
    ['filter.name=web-*&filter.id=9', false],
    ['filter.name=', true],
  ])('%j: %s', (options, expected) => {
    const [route] = routesOf(`syslog://logs?${options}`);
    expect(route && matchesFilter(route.filter, container)).toBe(expected);
  });

  it('leaves sources to the reader', () => {
    const sources = (options: string) => [...(routesOf(`stdout:?${options}`)[0]?.filter.sources ?? [])];
    expect(sources('')).toEqual(['stdout', 'stderr']);
    expect(sources('filter.sources=stderr')).toEqual(['stderr']);
    expect(sources('filter.sources=stderr%2Cstdout')).toEqual(['stdout', 'stderr']);
  });
});
