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
  ])('reads %s as a name', (text, name) => {
    expect(parseHost(text)).toEqual({ ok: true, value: { type: 'name', name } });
  });

  it.each(['10.0.0.300', '10.0.0', '.', 'a..b', `${'a'.repeat(64)}.example.org`])('refuses %s', (text) => {
    expect(parseHost(text)).toMatchObject({ ok: false });
  });
});
