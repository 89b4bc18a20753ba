import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration, renderDuration } from './duration.ts';

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['500ms', 500],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['1.s', 1_000],
    ['2us', 0.002],
    ['2µs', 0.002],
    ['1h1m1s1ms', 3_661_001],
  ])('reads %s as %d ms', (text, expected) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: expected });
  });

  it.each(['', '5', '-5s', '5 s', 's', '.s', '1m30', '1d', '5s!', 'x5s', `${'9'.repeat(400)}h`])(
    'refuses "%s"',
    (text) => {
      expect(parseDuration(text)).toEqual({ ok: false, error: 'is not a duration such as 500ms, 30s or 1m30s' });
    },
  );
});

describe('renderDuration', () => {
  it.each([
    [0, '0'],
    [90_000, '1m30s'],
    [3_600_000, '1h'],
    [1_500, '1s500ms'],
    [0.25, '250000ns'],
  ])('writes %d ms as %s', (durationMs, expected) => {
    expect(renderDuration(durationMs)).toBe(expected);
  });

  it('writes what parseDuration reads back', () => {
    fc.assert(
      fc.property(fc.nat(10 ** 10), (durationMs) => {
        expect(parseDuration(renderDuration(durationMs))).toEqual({ ok: true, value: durationMs });
      }),
    );
  });
});
