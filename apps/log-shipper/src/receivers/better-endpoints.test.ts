import { describe, expect, it } from 'vitest';
import { betterEndpoints } from './better-endpoints.ts';
import type { Endpoint } from './endpoint.ts';

const endpoint = (address: string, priority = 0): Endpoint => ({ address, family: 4, port: 514, priority, weight: 0 });

describe('betterEndpoints', () => {
  const known = [endpoint('a', 10), endpoint('b', 10), endpoint('c', 20)];

  it.each([
    { current: endpoint('a', 10), better: [], isGone: false },
    { current: endpoint('c', 20), better: ['a', 'b'], isGone: false },
    { current: endpoint('c', 5), better: ['a', 'b'], isGone: false },
    { current: endpoint('d'), better: ['a', 'b', 'c'], isGone: true },
    { current: { ...endpoint('a', 10), port: 515 }, better: ['a', 'b', 'c'], isGone: true },
  ])('than $current.address $current.port at $current.priority are $better', ({ current, better, isGone }) => {
    const found = betterEndpoints(current, known);
    expect({ better: found.endpoints.map(({ address }) => address), isGone: found.isGone }).toEqual({ better, isGone });
  });
});
