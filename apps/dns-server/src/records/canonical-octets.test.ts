import { describe, expect, it } from 'vitest';
import { createLabelBuffer, writeCanonicalOctets } from './canonical-octets.ts';

const octetsOf = (label: string): string => {
  const buffer = createLabelBuffer();
  return Buffer.from(buffer.subarray(0, writeCanonicalOctets(label, buffer))).toString('hex');
};

describe('writeCanonicalOctets', () => {
  it.each([
    ['web', '776562'],
    ['WEB-[1]', '7765622d5b315d'],
    ['\u00c9A', 'c38961'],
    ['\udcffA', 'ff61'],
    ['x'.repeat(63), '78'.repeat(63)],
    ['\u00c9'.repeat(31), 'c389'.repeat(31)],
  ])('writes %j', (label, hex) => {
    expect(octetsOf(label)).toBe(hex);
  });

  it.each(['', 'x'.repeat(64), '\u00c9'.repeat(32), '\ud800'])(
    'writes nothing of %j, which no packet can carry',
    (label) => {
      expect(octetsOf(label)).toBe('');
    },
  );
});
