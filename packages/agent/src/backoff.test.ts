import { describe, expect, it } from 'vitest';
import { backoffDelayMs } from './backoff.ts';

describe('backoffDelayMs', () => {
  const policy = { baseMs: 100, capMs: 1_000 };

  it.each([
    { attempt: 0, random: 0, expected: 50 },
    { attempt: 0, random: 1, expected: 100 },
    { attempt: 1, random: 1, expected: 200 },
    { attempt: 3, random: 0, expected: 400 },
    { attempt: 4, random: 1, expected: 1_000 },
    { attempt: 5_000, random: 1, expected: 1_000 },
  ])('is $expected ms for attempt $attempt with random $random', ({ attempt, random, expected }) => {
    expect(backoffDelayMs(attempt, policy, () => random)).toBe(expected);
  });
});
