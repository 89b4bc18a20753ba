import { describe, expect, it } from 'vitest';
import { defaultRouteInterface } from './default-route.ts';

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
