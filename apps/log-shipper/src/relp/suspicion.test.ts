import { describe, expect, it } from 'vitest';
import { noSuspicion, SAFE_BYTES, type SessionOutcome, suspect } from './suspicion.ts';

const message = (length: number, refusals = 0) => ({ message: Buffer.alloc(length), refusals });
const long = message(SAFE_BYTES + 1);
const alone: SessionOutcome = { byReceiver: true, confirmed: 0, outstanding: 1, oldest: long };
const verdicts = (...outcomes: readonly SessionOutcome[]) => {
  let suspicion = noSuspicion;
  return outcomes.map((outcome) => {
    suspicion = suspect(suspicion, outcome);
    return suspicion.verdict;
  });
};

describe('suspect', () => {
  it.each<[string, readonly SessionOutcome[], readonly (string | undefined)[]]>([
    ['cuts a long message with which three sessions ended', [alone, alone, alone], [undefined, undefined, 'cut']],
    [
      'cuts it again when the next session ends too',
      [alone, alone, alone, alone],
      [undefined, undefined, 'cut', 'cut'],
    ],
    [
      'has nothing against a short one',
      Array.from({ length: 5 }, () => ({ ...alone, oldest: message(SAFE_BYTES) })),
      Array.from({ length: 5 }, () => undefined),
    ],
    [
      'gives up a short one that was refused in each',
      Array.from({ length: 3 }, () => ({ ...alone, oldest: message(9, 1) })),
      [undefined, undefined, 'drop'],
    ],
    [
      'forgets when a message was confirmed',
      [alone, alone, { ...alone, confirmed: 1 }, alone],
      Array(4).fill(undefined),
    ],
    [
      'does not count time limits',
      [alone, alone, { ...alone, byReceiver: false }, alone],
      [undefined, undefined, undefined, 'cut'],
    ],
    [
      'does not count others beside it',
      [alone, alone, { ...alone, outstanding: 2 }, alone],
      [undefined, undefined, undefined, 'cut'],
    ],
    [
      'does not count an empty session',
      [alone, alone, { ...alone, outstanding: 0, oldest: undefined }],
      Array(3).fill(undefined),
    ],
  ])('%s', (_name, outcomes, expected) => {
    expect(verdicts(...outcomes)).toEqual(expected);
  });
});
