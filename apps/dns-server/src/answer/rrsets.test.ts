import type { ResourceRecord } from '@wharf/dns-wire';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rotate, unifySets } from './rrsets.ts';

describe('rotate', () => {
  it('keeps all items and their order around the circle', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer()), fc.double({ min: 0, max: 0.999, noNaN: true }), (items, turn) => {
        const rotated = rotate(items, turn);
        const first = items.indexOf(rotated[0] ?? 0);
        expect(rotated).toEqual(items.map((_, at) => items[(first + at) % items.length]));
      }),
    );
  });

  it('begins at each item in its turn', () => {
    expect([0, 0.34, 0.67, 0.999].map((turn) => rotate(['a', 'b', 'c'], turn)[0])).toEqual(['a', 'b', 'c', 'c']);
  });
});

describe('unifySets', () => {
  const a = (name: string, address: string, ttl: number): ResourceRecord => ({
    name: [name],
    class: 'IN',
    ttl,
    type: 'A',
    address,
  });

  it('leaves out what is there already and gives a set its smallest TTL', () => {
    expect(
      unifySets([a('x', '10.0.0.1', 9), a('X', '10.0.0.2', 3), a('y', '10.0.0.1', 7), a('x', '10.0.0.1', 5)]),
    ).toEqual([a('x', '10.0.0.1', 3), a('X', '10.0.0.2', 3), a('y', '10.0.0.1', 7)]);
  });

  const owner = { name: ['x'], class: 'IN' } as const;

  it.each<[type: string, make: (ttl: number, isOther: boolean) => ResourceRecord]>([
    [
      'MX, whatever the case of the exchange',
      (ttl, isOther) => ({ ...owner, ttl, type: 'MX', preference: 10, exchange: [isOther ? 'BOX' : 'box'] }),
    ],
    ['HINFO', (ttl) => ({ ...owner, ttl, type: 'HINFO', cpu: 'RFC8482', os: '' })],
    [
      'HINFO of a name in another case',
      (ttl, isOther) => ({
        ...owner,
        name: [isOther ? 'X' : 'x'],
        ttl,
        type: 'HINFO',
        cpu: 'RFC8482',
        os: '',
      }),
    ],
  ])('leaves out what is there with another TTL: %s', (_type, make) => {
    expect(unifySets([make(9, false), make(3, true)])).toEqual([make(3, false)]);
  });

  it('keeps texts that are cut into strings in other places', () => {
    const texts = [['a\0b'], ['a', 'b'], ['a"', 'b']].map(
      (strings): ResourceRecord => ({ ...owner, ttl: 1, type: 'TXT', strings }),
    );
    expect(unifySets(texts)).toEqual(texts);
  });
});
