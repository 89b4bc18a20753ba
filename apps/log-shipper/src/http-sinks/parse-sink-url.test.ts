import { describe, expect, it } from 'vitest';
import { parseSinkUrl } from './parse-sink-url.ts';

describe('parseSinkUrl', () => {
  it.each([
    ['loki+http://logs.example.org', { adapter: 'loki', url: 'http://logs.example.org:3100/loki/api/v1/push' }],
    ['loki+https://LOGS.example.org/', { adapter: 'loki', url: 'https://logs.example.org/loki/api/v1/push' }],
    ['loki+http://[::1]:80/x/loki/api/v1/push?a=b', { adapter: 'loki', url: 'http://[::1]/x/loki/api/v1/push' }],
    ['elasticsearch+http://es/logs-web-default', { adapter: 'elasticsearch', url: 'http://es:9200/logs-web-default' }],
    ['elasticsearch+https://es:443/proxy/logs/', { adapter: 'elasticsearch', url: 'https://es/proxy/logs' }],
    [
      'json+http://collector.example.org/in/box?filter.name=x',
      { adapter: 'json', url: 'http://collector.example.org/in/box' },
    ],
    ['json+https://collector.example.org:8443', { adapter: 'json', url: 'https://collector.example.org:8443/' }],
    [
      'json+https://me:p%40ss%C3%9F@c.example/',
      { adapter: 'json', url: 'https://c.example/', credentials: 'me:p@ssß' },
    ],
    ['json+http://me@c.example/', { adapter: 'json', url: 'http://c.example/', credentials: 'me:' }],
  ])('parses %s', (uri, value) => {
    expect(parseSinkUrl(new URL(uri))).toEqual({ ok: true, value });
  });

  it.each([
    ['loki+http:///loki/api/v1/push', 'has no host'],
    ['loki+http://logs.example.org:0', 'has port 0, which nothing can listen on'],
    ['loki+http://logs.example.org#x', 'has a fragment (#), which is never sent: write %23 for the character'],
    [
      'loki+http://logs.example.org/api',
      "has a path /api that takes no pushes; Loki's is /loki/api/v1/push, and stands for none",
    ],
    ['json+http://a%5Eb/', 'has a host a%5Eb that is none'],
    ['elasticsearch+http://es', 'names no index: write one behind the host, such as /logs-containers-default'],
    ['json+http://me:%ff@c.example/', 'has a user or password with a % that is no escape'],
    ['json+http://a%3Ab:c@c.example/', 'has a user with a colon, which HTTP cannot tell from the password'],
    ['syslog://logs.example.org', expect.stringMatching(/^has no scheme of an HTTP sink; those are loki\+http, /)],
  ])('refuses %s', (uri, error) => {
    const url = URL.parse(uri);
    expect(url === null ? 'no URI' : parseSinkUrl(url)).toEqual({ ok: false, error });
  });

  it.each(['Logs', '_logs', '-logs', 'a*', 'a,b', '%2Fa', 'a%20b', '+a', 'a'.repeat(256), '%ff', 'a%3Fb'])(
    'refuses the index %s',
    (index) => {
      const parsed = parseSinkUrl(new URL(`elasticsearch+http://es/x/${index}`));
      expect(parsed).toMatchObject({ ok: false });
    },
  );

  it('shows no credentials in any error', () => {
    const uris = ['loki+http://me:secret@h/x', 'elasticsearch+http://me:secret@h', 'json+http://me:secret@h:0/'];
    for (const uri of uris) expect(JSON.stringify(parseSinkUrl(new URL(uri)))).not.toContain('secret');
  });
});
