import { describe, expect, it } from 'vitest';
import { ipv4Network, isInIpv4Network } from './ipv4-network.ts';

describe('ipv4Network', () => {
  it.each(['10.0.0.0/16', '0.0.0.0/0', '192.0.2.1/32'])('reads %s and writes it back', (text) => {
    const parsed = ipv4Network.parse(text);
    expect(parsed.ok && ipv4Network.render(parsed.value)).toBe(text);
  });

  it.each(['', '10.0.0.0', '10.0.0/16', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/16/8', '2001:db8::/32', 'eth0'])(
    'refuses %j',
    (text) => {
      expect(ipv4Network.parse(text)).toEqual({ ok: false, error: 'is not an IPv4 network, such as 10.0.0.0/16' });
    },
  );
});

describe('isInIpv4Network', () => {
  it.each([
    ['10.1.2.3', '10.1.0.0/16', true],
    ['10.2.0.1', '10.1.0.0/16', false],
    ['10.1.2.3', '10.1.9.9/16', true],
    ['198.51.100.1', '0.0.0.0/0', true],
    ['192.0.2.2', '192.0.2.1/32', false],
  ])('%s in %s: %s', (address, text, expected) => {
    const network = ipv4Network.parse(text);
    expect(network.ok && isInIpv4Network(address, network.value)).toBe(expected);
  });
});
