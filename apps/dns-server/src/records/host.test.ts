import { describe, expect, it } from 'vitest';
import { parseHost } from './host.ts';

describe('parseHost', () => {
  it.each([
    ['10.0.0.1', 'ipv4', '10.0.0.1'],
    ['2001:DB8:0:0::1', 'ipv6', '2001:db8::1'],
    ['::', 'ipv6', '::'],
    ['::ffff:10.0.0.1', 'ipv4', '10.0.0.1'],
    ['::FFFF:a00:1', 'ipv4', '10.0.0.1'],
    ['64:ff9b::10.0.0.1', 'ipv6', '64:ff9b::a00:1'],
  ])('reads %s as an address of type %s', (text, type, address) => {
    expect(parseHost(text)).toEqual({ ok: true, value: { type, address } });
  });

  it.each([
    ['web.example.org', ['web', 'example', 'org']],
    ['web.example.org.', ['web', 'example', 'org']],
    ['localhost', ['localhost']],
    ['10.0.0.1.example', ['10', '0', '0', '1', 'example']],
    ['Shop 2\\.0._web._tcp.example', ['Shop 2.0', '_web', '_tcp', 'example']],
    ['büro.example', ['büro', 'example']],
    ['host:container:8080.web.example', ['host:container:8080', 'web', 'example']],
    ['host:container:8080:udp', ['host:container:8080:udp']],
    ['web\\032', ['web ']],
  ])('reads %s as a name', (text, name) => {
    expect(parseHost(text)).toEqual({ ok: true, value: { type: 'name', name } });
  });

  it.each(['10.0.0.300', '10.0.0', '.', 'a..b', `${'a'.repeat(64)}.example.org`])('refuses %s', (text) => {
    expect(parseHost(text)).toMatchObject({ ok: false });
  });

  it.each(['10.0.0.1:80', '10.0.0.1.:80', 'web:80', 'web.example.org:8080', '[2001:db8::1]:80', '[::]:80', ':80'])(
    'says of %s where the port belongs',
    (text) => {
      expect(parseHost(text)).toEqual({ ok: false, error: 'its host has a port: put that into the field "port"' });
    },
  );

  it.each([' 10.0.0.1', '10.0.0.1 ', '10.0.0.1\n', 'web.example.org\t', '\u00a0web', 'web\0', '\u0085web', ' '])(
    'says of %j that an end of it cannot be meant',
    (text) => {
      expect(parseHost(text)).toMatchObject({ ok: false, error: expect.stringContaining('begins or ends with') });
    },
  );

  it('does not take a mistyped IPv6 address for one with a port', () => {
    expect(parseHost('2001:db8:1:80')).toEqual({ ok: false, error: 'its host is neither an address nor a name' });
  });
});
