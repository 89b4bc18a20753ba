import { describe, expect, it } from 'vitest';
import { parseAddresses } from './look-up.ts';

describe('parseAddresses', () => {
  it('gives each address once, in the order of getaddrinfo', () => {
    const printed = [
      '10.77.0.12      STREAM web.staging.example.local',
      '10.77.0.12      DGRAM',
      '10.77.0.11      STREAM',
      '10.77.0.11      RAW',
      '',
    ].join('\n');
    expect(parseAddresses(printed)).toEqual(['10.77.0.12', '10.77.0.11']);
  });
});
