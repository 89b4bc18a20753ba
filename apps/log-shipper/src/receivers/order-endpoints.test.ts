import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Endpoint, endpointKey } from './endpoint.ts';
import { orderEndpoints } from './order-endpoints.ts';

/** Numbers in [0, 1) that repeat with the seed (mulberry32). */
const seeded = (seed: number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
const endpoint = (target: string, priority: number, weight: number, more: Partial<Endpoint> = {}): Endpoint => ({
  address: target,
  family: 4,
  port: 514,
  priority,
  weight,
  target,
  ...more,
});
const ROUNDS = 20_000;
/** Which share of the orders begins with each target. */
const shares = (endpoints: readonly Endpoint[]): ReadonlyMap<string, number> => {
  const random = seeded(1);
  const firsts = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    const target = orderEndpoints(endpoints, random)[0]?.target ?? '';
    firsts.set(target, (firsts.get(target) ?? 0) + 1 / ROUNDS);
  }
  return firsts;
};

describe('orderEndpoints', () => {
  it('has all of them, by priority, the addresses of a target together, IPv4 first', () => {
    const anEndpoint = fc.record({
      target: fc.constantFrom('a', 'b', 'c'),
      address: fc.integer({ min: 0, max: 20 }).map(String),
      family: fc.constantFrom(4, 6),
      port: fc.constantFrom(514, 601),
      priority: fc.constantFrom(0, 10, 20),
      weight: fc.constantFrom(0, 1, 65_535),
    });
    fc.assert(
      fc.property(fc.uniqueArray(anEndpoint, { selector: endpointKey, maxLength: 20 }), fc.integer(), (given, seed) => {
        const ordered = orderEndpoints(given, seeded(seed));
        expect(new Set(ordered)).toEqual(new Set(given));
        expect(ordered).toHaveLength(given.length);
        const priorities = ordered.map(({ priority }) => priority);
        expect(priorities).toEqual(priorities.toSorted((one, other) => one - other));
        const hosts = ordered.map(({ priority, target, port }) => `${priority} ${target} ${port}`);
        const begins = hosts.filter((host, index) => host !== hosts[index - 1]);
        expect(begins).toHaveLength(new Set(hosts).size);
        for (const host of begins) {
          const families = ordered.filter((_, index) => hosts[index] === host).map(({ family }) => family);
          expect(families).toEqual(families.toSorted((one, other) => one - other));
        }
      }),
    );
  });

  it.each([
    { weights: { a: 10, b: 30, c: 60 } },
    { weights: { a: 1, b: 1 } },
    { weights: { a: 65_535, b: 65_535, c: 65_535, d: 65_535 } },
  ])('begins with each target as often as its weight says: $weights', ({ weights }) => {
    const given = Object.entries(weights).map(([target, weight]) => endpoint(target, 5, weight));
    const sum = given.reduce((total, { weight }) => total + weight, 0);
    // The draw is one of sum + 1 numbers (RFC 2782), which gives the first of few a little more.
    for (const { target = '', weight } of given) {
      expect(Math.abs((shares(given).get(target) ?? 0) - weight / sum)).toBeLessThan(0.02 + 1 / (sum + 1));
    }
  });

  it('begins evenly with targets that have no weight, and hardly ever with such a one beside others', () => {
    const even = shares(['a', 'b', 'c'].map((target) => endpoint(target, 0, 0)));
    for (const share of even.values()) expect(Math.abs(share - 1 / 3)).toBeLessThan(0.02);
    const beside = shares([endpoint('a', 0, 0), endpoint('b', 0, 99)]);
    expect(beside.get('a')).toBeGreaterThan(0);
    expect(beside.get('a')).toBeLessThan(0.02);
  });

  it('begins evenly with the addresses of a plain name', () => {
    const random = seeded(2);
    const given = ['1', '2', '3', '4'].map((address) => ({ address, family: 4, port: 1, priority: 0, weight: 0 }));
    const firsts = Array.from({ length: ROUNDS }, () => orderEndpoints(given, random)[0]?.address);
    for (const { address } of given) {
      expect(Math.abs(firsts.filter((first) => first === address).length / ROUNDS - 0.25)).toBeLessThan(0.02);
    }
  });
});
