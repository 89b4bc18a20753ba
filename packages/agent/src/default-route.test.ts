import { describe, expect, it } from 'vitest';
import { defaultRouteInterface, defaultRouteInterface6 } from './default-route.ts';

const HEADER = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';

describe('defaultRouteInterface', () => {
  it.each([
    ['one default route', ['eth0\t00000000\t0102A8C0\t0003\t0\t0\t0\t00000000'], 'eth0'],
    [
      'the lowest metric',
      ['wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000', 'eth0\t00000000\t0102A8C0\t0003\t0\t0\t100\t00000000'],
      'eth0',
    ],
    ['networks are no default', ['docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF'], undefined],
    ['0.0.0.0/1 is no default', ['tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080'], undefined],
    ['a route that is down', ['eth0\t00000000\t0102A8C0\t0002\t0\t0\t0\t00000000'], undefined],
    ['nonsense', ['', 'x'], undefined],
  ])('%s', (_, lines, name) => {
    expect(defaultRouteInterface(HEADER + lines.map((line) => `${line}\t0\t0\t0\n`).join(''))).toBe(name);
  });

  it('finds none in an empty file', () => {
    expect(defaultRouteInterface('')).toBeUndefined();
  });
});

/** A line of /proc/net/ipv6_route; the numbers in it are hexadecimal. */
const line6 = (name: string, { to = '0'.repeat(32), length = '00', from = '00', metric = '00000400', flags = '3' }) =>
  `${to} ${length} ${'0'.repeat(32)} ${from} fd${'0'.repeat(29)}1 ${metric} 00000002 00000000 ${flags.padStart(8, '0')} ${name.padStart(8)}\n`;

describe('defaultRouteInterface6', () => {
  it.each([
    ['one default route', [line6('eth0', {})], 'eth0'],
    ['the lowest metric', [line6('eth0', { metric: '00000400' }), line6('eth1', { metric: '000000ff' })], 'eth1'],
    ['networks are no default', [line6('eth0', { to: `fd${'0'.repeat(30)}`, length: '40' })], undefined],
    ['::/1 is no default', [line6('tun0', { length: '01' })], undefined],
    ['routes for one source are no default', [line6('eth0', { from: '40' })], undefined],
    ['a route that is down', [line6('eth0', { flags: '2' })], undefined],
    ['the unreachable one of a host without any', [line6('lo', { metric: 'ffffffff', flags: '200200' })], undefined],
    ['one that rejects', [line6('lo', { flags: '201' })], undefined],
    ['nonsense', ['', 'x\n'], undefined],
  ])('%s', (_, lines, name) => {
    expect(defaultRouteInterface6(lines.join(''))).toBe(name);
  });
});
