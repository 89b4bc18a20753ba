import { describe, expect, it } from 'vitest';
import { zoneIndexOf, zoneNameOf } from './interface-zones.ts';

/** An IPv4 address has no scope, and IPv6 addresses that are not link-local the scope 0. */
const interfaces = { lo: [{}, { scopeid: 0 }], eth0: [{}, { scopeid: 0 }, { scopeid: 2 }], eth1: [{ scopeid: 3 }] };

describe('zoneIndexOf', () => {
  it.each([
    ['eth0', 2],
    ['eth1', 3],
    ['7', 7],
    ['lo', undefined],
    ['eth9', undefined],
    ['0', undefined],
  ])('finds %s', (zone, index) => {
    expect(zoneIndexOf(zone, interfaces)).toBe(index);
  });
});

describe('zoneNameOf', () => {
  it.each([
    [2, 'eth0'],
    [3, 'eth1'],
    [7, undefined],
  ])('finds %i', (index, name) => {
    expect(zoneNameOf(index, interfaces)).toBe(name);
  });
});
