import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashLabel } from './name-hash.ts';

const hash = (above: number, label: string): number => {
  const octets = Buffer.from(label, 'latin1');
  return hashLabel(above, octets, 0, octets.length);
};

describe('hashLabel', () => {
  it('is the same whatever the case of ASCII letters, and of no other octets', () => {
    expect(hash(1, 'Web-[1]')).toBe(hash(1, 'wEB-[1]'));
    for (const [one, other] of [
      ['@', '`'],
      ['[', '{'],
      ['\u00c9', '\u00e9'],
    ] as const) {
      expect(hash(1, one)).not.toBe(hash(1, other));
    }
  });

  it('is that of the octets, wherever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 63 }), fc.nat(20), fc.integer(), (label, before, above) => {
        const packet = Buffer.concat([Buffer.alloc(before, 7), label, Buffer.alloc(3, 7)]);
        expect(hashLabel(above, packet, before, before + label.length)).toBe(hashLabel(above, label, 0, label.length));
      }),
    );
  });

  it('differs for other seeds, other orders of labels, and other places of the dots', () => {
    const names = [['a', 'b'], ['b', 'a'], ['ab'], ['a'], ['b'], ['aa'], ['a', 'a'], ['\u0000'], ['\u0000\u0000']];
    const hashes = [0x1234_5678, 0x1234_5679].flatMap((seed) => names.map((labels) => labels.reduce(hash, seed)));
    expect(new Set(hashes).size).toBe(2 * names.length);
  });

  it('spreads names that are alike over all bits', () => {
    const names = Array.from({ length: 4_096 }, (_, n) => hash(5, `host-${n}`));
    for (let shift = 0; shift < 32; shift += 4) {
      const counts = Array.from({ length: 16 }, () => 0);
      for (const each of names) counts[(each >>> shift) & 15] = (counts[(each >>> shift) & 15] ?? 0) + 1;
      // 256 are expected in each; this is eight standard deviations away.
      expect(Math.min(...counts)).toBeGreaterThan(128);
      expect(Math.max(...counts)).toBeLessThan(384);
    }
  });
});
