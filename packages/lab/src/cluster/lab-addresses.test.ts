import { describe, expect, it } from 'vitest';
import { hostAddressOf, hostNameOf, MAX_HOSTS, RSYSLOG_ADDRESS, startingWith } from './lab-addresses.ts';

describe('hostAddressOf', () => {
  it('counts on from the first host', () => {
    expect([0, 1, 2].map(hostAddressOf)).toEqual(['10.77.0.11', '10.77.0.12', '10.77.0.13']);
  });

  it('never gives the address of the rsyslog', () => {
    const all = Array.from({ length: MAX_HOSTS }, (_, index) => hostAddressOf(index));
    expect(all).not.toContain(RSYSLOG_ADDRESS);
    expect(new Set(all).size).toBe(MAX_HOSTS);
  });
});

describe('hostNameOf', () => {
  it('counts from 1', () => expect(hostNameOf(0)).toBe('host-1'));
});

describe('startingWith', () => {
  it.each([
    ['a', ['a', 'b', 'c']],
    ['b', ['b', 'c', 'a']],
    ['c', ['c', 'a', 'b']],
    ['stranger', ['a', 'b', 'c']],
  ])('%s', (first, rotated) => expect(startingWith(first, ['a', 'b', 'c'])).toEqual(rotated));
});
