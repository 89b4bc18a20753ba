import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOctetRing } from './octet-ring.ts';

const CAPACITY = 64;

describe('createOctetRing', () => {
  it('holds the newest runs as they were, and no run whose octets were overwritten', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: CAPACITY }), { maxLength: 40 }), (runs) => {
        const ring = createOctetRing(CAPACITY);
        const added: { readonly ticket: number; readonly octets: Uint8Array }[] = [];
        for (const octets of runs) {
          added.push({ ticket: ring.add(octets), octets });
          expect(ring.holds(added.at(-1)?.ticket ?? -1)).toBe(true);
          for (const { ticket, octets: expected } of added.filter((run) => ring.holds(run.ticket))) {
            const start = ring.offsetOf(ticket);
            expect(ring.memory.subarray(start, start + expected.length)).toEqual(Buffer.from(expected));
          }
          expect(ring.size).toBeLessThanOrEqual(CAPACITY);
        }
      }),
    );
  });

  it('gives up the oldest run first, and no more than it must', () => {
    const ring = createOctetRing(10);
    const tickets = [4, 4, 4, 2, 4].map((octets) => ring.add(Buffer.alloc(octets)));
    // The third began anew, as only two octets were left; the last takes the place behind the fourth.
    expect(tickets.map((ticket) => ring.offsetOf(ticket))).toEqual([0, 4, 0, 4, 6]);
    expect(tickets.map((ticket) => ring.holds(ticket))).toEqual([false, false, true, true, true]);
  });

  it('takes a run as long as itself, and no longer one', () => {
    const ring = createOctetRing(10);
    expect(ring.holds(ring.add(Buffer.alloc(10)))).toBe(true);
    expect(ring.size).toBe(10);
    expect(() => ring.add(Buffer.alloc(11))).toThrow('11 octets do not fit into 10');
  });
});
