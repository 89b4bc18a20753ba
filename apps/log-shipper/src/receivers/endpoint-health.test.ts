import { describe, expect, it } from 'vitest';
import { toEndpoints } from './endpoint.ts';
import { createEndpointHealth } from './endpoint-health.ts';

const endpoints = toEndpoints(
  ['a', 'b', 'c'].map((address) => ({ address, family: 4 })),
  514,
);
const [a, b, c] = endpoints;
if (a === undefined || b === undefined || c === undefined) throw new Error('three endpoints');
const create = () => createEndpointHealth(() => 1, { baseMs: 100, capMs: 400 });

describe('createEndpointHealth', () => {
  it('lets an endpoint rest longer each time, up to the cap', () => {
    const health = create();
    for (const restMs of [100, 200, 400, 400]) {
      health.failed(a, 1_000);
      expect([health.isResting(a, 999 + restMs), health.isResting(a, 1_000 + restMs)]).toEqual([true, false]);
    }
    expect(health.isResting(b, 1_000)).toBe(false);
  });

  it('puts those that rest last, the one whose rest ends first before the others', () => {
    const health = create();
    health.failed(a, 50);
    health.failed(b, 0);
    expect(health.restingLast(endpoints, 60)).toEqual([c, b, a]);
    expect(health.restingLast(endpoints, 120)).toEqual([b, c, a]);
    expect(health.restingLast(endpoints, 150)).toEqual([a, b, c]);
  });

  it('forgets what one has made good, and those that are no more', () => {
    const health = create();
    for (const each of [a, a, b, b]) health.failed(each, 0);
    health.succeeded(a);
    health.keep([a]);
    for (const each of [a, b]) health.failed(each, 0);
    expect([health.isResting(a, 100), health.isResting(b, 100)]).toEqual([false, false]);
  });
});
