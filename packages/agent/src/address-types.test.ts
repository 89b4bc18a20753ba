import { describe, expect, it } from 'vitest';
import { hostPort, parseHostPort, renderHostPort, url } from './address-types.ts';

describe('parseHostPort', () => {
  it.each([
    ['127.0.0.1:53', undefined, '127.0.0.1', 53],
    ['[::1]:53', undefined, '::1', 53],
    [':53', undefined, '', 53],
    ['db.example.local:0', undefined, 'db.example.local', 0],
    ['db', 2379, 'db', 2379],
    ['::1', 2379, '::1', 2379],
    ['[::1]', 2379, '::1', 2379],
    ['db:1', 2379, 'db', 1],
  ])('reads %s with default port %s', (text, defaultPort, host, port) => {
    expect(parseHostPort(text, defaultPort)).toEqual({ ok: true, value: { host, port } });
  });

  it.each(['', '1', 'db', 'db:', ':', '::1', '[::1]', '[db]:1', 'a b:1', 'user@db:1', 'http://db:1', 'db:http'])(
    'refuses "%s" without a default port',
    (text) => {
      expect(parseHostPort(text)).toEqual({ ok: false, error: expect.stringContaining('is not host:port') });
    },
  );

  it('refuses a port beyond 65535', () => {
    expect(parseHostPort('db:65536')).toEqual({ ok: false, error: 'has a port that is not from 0 to 65535' });
  });
});

describe('renderHostPort', () => {
  it.each(['127.0.0.1:53', '[::1]:53', ':53'])('writes %s back', (text) => {
    const parsed = hostPort().parse(text);
    expect(parsed.ok && renderHostPort(parsed.value)).toBe(text);
  });
});

describe('url', () => {
  const type = url({ schemes: ['http', 'https'] });

  it('reads a URL of its schemes', () => {
    expect(type.parse('https://db:1/x')).toEqual({ ok: true, value: new URL('https://db:1/x') });
  });

  it.each([
    ['ftp://db', 'is not a URL that begins with http:// or https://'],
    ['db:1', 'is not a URL that begins with http:// or https://'],
    ['//', 'is not a URL; it must begin with http:// or https://'],
  ])('refuses %s', (text, error) => {
    expect(type.parse(text)).toEqual({ ok: false, error });
  });
});
