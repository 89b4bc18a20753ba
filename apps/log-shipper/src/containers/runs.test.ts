import { describe, expect, it } from 'vitest';
import { sampleContainer } from '../testing/sample-container.ts';
import { isEarlierRun, withKnownPid } from './runs.ts';

describe('isEarlierRun', () => {
  it.each([
    ['2026-02-03T04:05:06.12Z', '2026-02-03T04:05:06.123Z', true],
    ['2026-02-03T04:05:06.123Z', '2026-02-03T04:05:06.123Z', false],
    ['2026-02-03T05:05:06+01:00', '2026-02-03T04:05:06.1Z', true],
    ['', '2026-02-03T04:05:06.1Z', true],
  ])('%j before %j: %s', (startedAt, other, expected) => {
    expect(isEarlierRun({ startedAt }, { startedAt: other })).toBe(expected);
  });
});

describe('withKnownPid', () => {
  const ended = sampleContainer({ name: 'renamed', state: { running: false, pid: 0 } });

  it('keeps the process of the same run', () => {
    const known = withKnownPid(ended, sampleContainer());
    expect([known.name, known.state.pid]).toEqual(['renamed', 77]);
  });

  it('does not take it over from an earlier run', () => {
    const earlier = sampleContainer({ state: { startedAt: '2026-02-03T04:00:00Z' } });
    expect(withKnownPid(ended, earlier).state.pid).toBe(0);
  });
});
