import { describe, expect, it } from 'vitest';
import { canonicalLabel } from './label.ts';

describe('canonicalLabel', () => {
  it.each([
    ['web', 'web'],
    ['WeB-1', 'web-1'],
    ['\u00c9', '\u00c9'],
    ['\u212a', '\u212a'],
    ['A\udcc3', 'a\udcc3'],
  ])('of %j is %j: ASCII letters alone have a case', (label, canonical) => {
    expect(canonicalLabel(label)).toBe(canonical);
  });
});
