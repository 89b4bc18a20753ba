import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from './retry-after.ts';

const nowMs = Date.parse('2026-02-03T04:05:06Z');

describe('parseRetryAfter', () => {
  it.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['0', undefined],
    ['1', 1_000],
    [' 7 ', 7_000],
    ['86400', 300_000],
    ['Tue, 03 Feb 2026 04:05:26 GMT', 20_000],
    ['Tue, 03 Feb 2026 04:05:00 GMT', undefined],
    ['Wed, 03 Feb 2027 04:05:00 GMT', 300_000],
    ['-1', undefined],
    ['1.5', undefined],
    ['2026-02-03', undefined],
    ['soon', undefined],
    ['', undefined],
  ])('%j is %j ms', (header, delayMs) => {
    expect(parseRetryAfter(header, nowMs)).toBe(delayMs);
  });
});
