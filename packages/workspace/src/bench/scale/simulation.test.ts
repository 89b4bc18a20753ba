import { describe, expect, it } from 'vitest';
import { readSizes } from './simulation.ts';

describe('readSizes', () => {
  it('reads numbers of hosts', () => expect(readSizes('100,2000')).toEqual([100, 2_000]));

  it.each(['', '0', '-1', '1.5', 'many', '2001', '100,'])('refuses %j', (text) => {
    expect(() => readSizes(text)).toThrow('SCALE takes numbers of hosts from 1 to 2000');
  });
});
