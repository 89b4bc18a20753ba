import { eventually } from '@wharf/testkit';
import { expect, it } from 'vitest';
import { runInSlices } from './run-in-slices.ts';

it('begins at once, lets others have a turn in between, and takes all steps', async () => {
  let taken = 0;
  function* steps(): Generator<void, void> {
    for (; taken < 100; taken++) yield;
  }
  let nowMs = 0;
  runInSlices(steps(), { monotonicMs: () => nowMs++ });
  const atOnce = taken;
  expect(atOnce).toBeGreaterThan(0);
  expect(atOnce).toBeLessThan(100);
  await eventually('all steps are taken', () => expect(taken).toBe(100));
});
