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

const times = <T>(count: number, value: T): readonly T[] => Array.from({ length: count }, () => value);

describe('suspect', () => {
  it.each<[string, readonly SessionOutcome[], readonly (string | undefined)[]]>([
    ['cuts a long message with which ten sessions ended', times(10, alone), [...times(9, undefined), 'cut']],
    ['cuts it again when the next session ends too', times(11, alone), [...times(9, undefined), 'cut', 'cut']],
    ['has nothing against a short one', times(15, { ...alone, oldest: message(SAFE_BYTES) }), times(15, undefined)],
    [
      'gives up a short one that was refused in each',
      Array.from({ length: 3 }, () => ({ ...alone, oldest: message(9, 1) })),
      [undefined, undefined, 'drop'],
    ],
    [
      'forgets when a message was confirmed',
      [...times(9, alone), { ...alone, confirmed: 1 }, alone],
      times(11, undefined),
    ],
    [
      'does not count time limits',
      [...times(9, alone), { ...alone, byReceiver: false }, alone],
      [...times(10, undefined), 'cut'],
    ],
    [
      'does not count others beside it',
      [...times(9, alone), { ...alone, outstanding: 2 }, alone],
      [...times(10, undefined), 'cut'],
    ],
    [
      'does not count an empty session',
      [...times(9, alone), { ...alone, outstanding: 0, oldest: undefined }],
      times(10, undefined),
    ],
  ])('%s', (_name, outcomes, expected) => {
    expect(verdicts(...outcomes)).toEqual(expected);
  });
});
