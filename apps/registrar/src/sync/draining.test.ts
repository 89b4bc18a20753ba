import { type ContainerEvent, parseTimestamp } from '@wharf/docker-watcher';
import { describe, expect, it } from 'vitest';
import { sketchContainer } from '../testing/container.ts';
import { type Draining, drainingAfter, isDraining } from './draining.ts';

const STARTED = '2026-01-01T00:00:00Z';
const container = sketchContainer({ state: { startedAt: STARTED } });

function kill(signal: string, time = '2026-01-01T00:00:05Z'): ContainerEvent {
  return { action: 'kill', id: container.id, timeNano: parseTimestamp(time) ?? 0n, attributes: { signal } };
}

describe('drainingAfter', () => {
  it.each([
    { stopSignal: 15, signal: '15', drains: true },
    { stopSignal: 15, signal: 'SIGTERM', drains: true },
    { stopSignal: 15, signal: 'term', drains: true },
    { stopSignal: 15, signal: '9', drains: true },
    { stopSignal: 15, signal: 'KILL', drains: true },
    { stopSignal: 15, signal: '1', drains: false },
    { stopSignal: 15, signal: 'SIGHUP', drains: false },
    { stopSignal: 15, signal: '10', drains: false },
    { stopSignal: 15, signal: '28', drains: false },
    { stopSignal: 15, signal: '3', drains: false },
    { stopSignal: 15, signal: '', drains: false },
    { stopSignal: 15, signal: 'nonsense', drains: false },
    { stopSignal: 3, signal: '3', drains: true },
    { stopSignal: 3, signal: 'SIGQUIT', drains: true },
    { stopSignal: 3, signal: '15', drains: false },
    { stopSignal: 37, signal: 'RTMIN+3', drains: true },
  ])('with the stop signal $stopSignal, $signal drains: $drains', ({ stopSignal, signal, drains }) => {
    const draining = drainingAfter(undefined, { ...container, stopSignal }, kill(signal), 60_000);
    const askedNano = parseTimestamp('2026-01-01T00:00:05Z');
    expect(draining).toEqual(drains ? { startedAt: STARTED, askedNano, untilMs: 60_000 } : undefined);
  });

  it('looks at signals alone', () => {
    expect(drainingAfter(undefined, container, { ...kill('15'), action: 'exec_start' }, 1)).toBeUndefined();
  });

  it('does not take a signal to an earlier run for one to this', () => {
    expect(drainingAfter(undefined, container, kill('15', '2025-12-31T23:59:59Z'), 1)).toBeUndefined();
  });

  it.each([
    ['is not known', undefined],
    ['does not run', sketchContainer({ state: { running: false, startedAt: STARTED } })],
  ])('does not drain a container that %s', (_, subject) => {
    expect(drainingAfter(undefined, subject, kill('15'), 1)).toBeUndefined();
  });

  it('counts from the newest signal, and hears of each once', () => {
    const first = drainingAfter(undefined, container, kill('15'), 60_000);
    expect(drainingAfter(first, container, kill('15'), 61_000)).toBe(first);
    const second = drainingAfter(first, container, kill('9', '2026-01-01T00:00:15Z'), 70_000);
    expect(second).toMatchObject({ untilMs: 70_000 });
    expect(drainingAfter(second, container, kill('15'), 71_000)).toBe(second);
    expect(drainingAfter(second, container, kill('1', '2026-01-01T00:00:20Z'), 75_000)).toBe(second);
  });
});

describe('isDraining', () => {
  const draining: Draining = { startedAt: STARTED, askedNano: 0n, untilMs: 1 };

  it.each([
    ['the same run goes on', container, true],
    ['it has ended', sketchContainer({ state: { running: false, startedAt: STARTED } }), false],
    ['it runs anew', sketchContainer({ state: { startedAt: '2026-01-01T00:00:09Z' } }), false],
    ['it is gone', undefined, false],
  ])('when %s: %s', (_, subject, expected) => {
    expect(isDraining(draining, subject)).toBe(expected);
  });
});
