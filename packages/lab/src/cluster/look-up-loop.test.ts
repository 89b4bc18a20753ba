import { describe, expect, it } from 'vitest';
import { parseLookUps } from './look-up-loop.ts';

describe('parseLookUps', () => {
  it('reads whole lines', () => {
    expect(parseLookUps('10.5 10.75 10.0.0.1 10.0.0.2 \n11 16.02 \n17.0 17')).toEqual([
      { fromSeconds: 10.5, toSeconds: 10.75, addresses: ['10.0.0.1', '10.0.0.2'] },
      { fromSeconds: 11, toSeconds: 16.02, addresses: [] },
    ]);
    expect(parseLookUps('')).toEqual([]);
  });
});
