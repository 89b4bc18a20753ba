import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseResolvConf } from './resolv-conf.ts';

const hosts = (text: string) =>
  parseResolvConf(text).servers.map((server) => {
    expect(server.port).toBe(53);
    return server.host;
  });

describe('parseResolvConf', () => {
  it.each([
    ['one server', 'nameserver 192.0.2.1', ['192.0.2.1']],
    ['several, in order', 'nameserver 192.0.2.2\nnameserver 192.0.2.1\n', ['192.0.2.2', '192.0.2.1']],
    ['IPv6, as everybody writes it', 'nameserver 2001:DB8:0::1', ['2001:db8::1']],
    ['a zone', 'nameserver fe80::1%eth0', ['fe80::1%eth0']],
    ['tabs, blanks and CRLF', ' nameserver\t 192.0.2.1 \r\nnameserver 192.0.2.2\r\n', ['192.0.2.1', '192.0.2.2']],
    ['what stands behind the address', 'nameserver 192.0.2.1 # the router', ['192.0.2.1']],
    ['comments', '# nameserver 192.0.2.1\n; nameserver 192.0.2.2\n#nameserver 192.0.2.3', []],
    ['other lines', 'search example.org\noptions ndots:1\nnameserver\nnameservers 192.0.2.1\ndomain a', []],
    ['no file to speak of', '', []],
    ['names', 'nameserver ns.example.org\nnameserver 192.0.2.1', ['192.0.2.1']],
    ['addresses that no server has', 'nameserver 224.0.0.1\nnameserver 255.255.255.255', []],
    ['servers named twice', 'nameserver fd00::1\nnameserver FD00:0::1', ['fd00::1']],
    [
      'no more than three',
      [1, 2, 3, 4].map((n) => `nameserver 192.0.2.${n}`).join('\n'),
      ['192.0.2.1', '192.0.2.2', '192.0.2.3'],
    ],
  ])('reads %s', (_what, text, expected) => {
    expect(hosts(text)).toEqual(expected);
  });

  it('says which lines it does not use, and why', () => {
    const text = 'nameserver x\nnameserver 10.0.0.1\nnameserver 10.0.0.1\nnameserver 224.0.0.1';
    expect(parseResolvConf(text).skipped).toEqual([
      { line: 1, reason: 'x is no IP address' },
      { line: 3, reason: '10.0.0.1 was named before' },
      { line: 4, reason: '224.0.0.1 is no address of a server' },
    ]);
  });

  it('reads any text', () => {
    const word = fc.oneof(fc.constantFrom('nameserver ', '\n', '#', '::', '%', '1.2.3.4'), fc.string());
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(hosts(words.join('')).length).toBeLessThanOrEqual(3);
      }),
    );
  });
});
