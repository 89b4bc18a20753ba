import { describe, expect, it } from 'vitest';
import { afterEvent, belongsToRun } from './after-event.ts';
import type { Container } from './container.ts';
import type { ContainerEvent } from './engine.ts';
import { parseTimestamp } from './log-entry.ts';
import { toContainer } from './to-container.ts';

const ID = 'a'.repeat(64);
const STARTED = '2026-11-22T06:21:50.5Z';

function running(startedAt: string): Container {
  const result = toContainer({ Id: ID, State: { Running: true, Pid: 7, ExitCode: 0, StartedAt: startedAt } });
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

function event(action: string, time: string, attributes: Readonly<Record<string, string>> = {}): ContainerEvent {
  return { action, id: ID, timeNano: parseTimestamp(time) ?? 0n, attributes };
}

describe('afterEvent', () => {
  it('ends the run that is known', () => {
    const container = running(STARTED);
    const after = afterEvent(container, event('die', '2026-11-22T06:21:50.500000001Z', { exitCode: '3' }));
    expect(after).toEqual({
      ...container,
      state: {
        ...container.state,
        running: false,
        pid: 0,
        exitCode: 3,
        finishedAt: '2026-11-22T06:21:50.500000001Z',
      },
    });
  });

  it.each([
    { said: 'an end from before the run that is known', time: '2026-11-22T06:21:50.499999999Z' },
    { said: 'an end at the very time of the start', time: STARTED },
    { said: 'an end without a time', time: '' },
  ])('concludes nothing from $said', ({ time }) => {
    const container = running(STARTED);
    expect(afterEvent(container, event('die', time))).toBe(container);
  });

  it.each(['', 'yesterday', '0001-01-01T00:00:00Z'])('concludes nothing when the start is %j', (startedAt) => {
    const container = running(startedAt);
    expect(afterEvent(container, event('die', '2026-11-22T06:21:51Z'))).toBe(container);
  });

  it.each(['kill', 'stop', 'start', 'pause', 'health_status'])('concludes nothing from %s', (action) => {
    const container = running(STARTED);
    expect(afterEvent(container, event(action, '2026-11-22T06:21:51Z'))).toBe(container);
  });

  it('knows of a container that was destroyed that it is gone, and of an unknown one nothing', () => {
    expect(afterEvent(running(STARTED), event('destroy', ''))).toBeUndefined();
    expect(afterEvent(undefined, event('die', '2026-11-22T06:21:51Z'))).toBeUndefined();
  });
});

describe('belongsToRun', () => {
  it.each([
    ['2026-11-22T07:21:50.4+01:00', true],
    ['2026-11-22T07:21:50.6+01:00', false],
  ])('compares times, not texts: a start at %s is before the event: %s', (startedAt, expected) => {
    expect(belongsToRun({ startedAt }, event('die', STARTED))).toBe(expected);
  });
});
