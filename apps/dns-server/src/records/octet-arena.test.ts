import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BlockRef, createOctetArena, startOf } from './octet-arena.ts';

const length = fc.oneof(
  fc.integer({ min: 1, max: 200 }),
  fc.constantFrom(4_096, 65_535, 65_536, 65_537, 262_144, 300_000),
  fc.integer({ min: 1, max: 10_000 }),
);
const change = fc.record({ release: fc.boolean(), length, at: fc.nat(100) });

describe('createOctetArena', () => {
  it('gives blocks that no other block touches, and never the reference that is none', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60, size: 'max' }), (changes) => {
        const arena = createOctetArena();
        const blocks: { readonly ref: BlockRef; readonly length: number; readonly mark: number }[] = [];
        for (const [number, { release, length, at }] of changes.entries()) {
          if (release && blocks.length > 0) {
            const [released] = blocks.splice(at % blocks.length, 1);
            if (released !== undefined) arena.release(released.ref, released.length);
          } else {
            const ref = arena.allocate(length);
            arena.chunkOf(ref).octets.fill(number, startOf(ref), startOf(ref) + length);
            blocks.push({ ref, length, mark: number });
          }
        }
        expect(blocks.map(({ ref }) => ref)).not.toContain(0);
        for (const { ref, length, mark } of blocks) {
          const octets = arena.chunkOf(ref).octets.subarray(startOf(ref), startOf(ref) + length);
          expect(octets.length).toBe(length);
          expect(octets.every((octet) => octet === mark)).toBe(true);
          expect(startOf(ref) % 8).toBe(0);
        }
      }),
    );
  });

  it.each([1, 60, 500, 4_000, 100_000])('takes no more memory for blocks of %i octets that come and go', (length) => {
    const arena = createOctetArena();
    const first = arena.allocate(length);
    arena.release(first, length);
    for (let n = 0; n < 100; n++) {
      const next = arena.allocate(length);
      expect(next).toBe(first);
      arena.release(next, length);
    }
  });
});
