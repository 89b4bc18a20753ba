import { describe, expect, it } from 'vitest';
import { hourSerial } from './soa.ts';

describe('hourSerial', () => {
  it.each([
    ['1970-01-01T00:59:59.999Z', 0],
    ['1970-01-01T01:00:00Z', 3_600],
    ['2024-02-29T13:14:15Z', Date.UTC(2024, 1, 29, 13) / 1_000],
    ['2106-02-07T06:28:15Z', 4_294_965_600],
  ])('at %s is %i', (text, serial) => {
    expect(hourSerial(Date.parse(text))).toBe(serial);
  });
});
