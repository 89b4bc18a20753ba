import type { ContainerState } from '@wharf/docker-watcher';
import { describe, expect, it } from 'vitest';
import { sketchContainer } from '../testing/container.ts';
import type { HealthRule } from './service.ts';
import { isRunning, servingState } from './serving.ts';

const HEALTHS = ['none', 'starting', 'healthy', 'unhealthy'] as const;

describe('servingState', () => {
  it.each<{ readonly health: HealthRule; readonly serving: readonly string[] }>([
    { health: 'healthy', serving: ['none', 'healthy'] },
    { health: 'not-unhealthy', serving: ['none', 'starting', 'healthy'] },
    { health: 'any', serving: ['none', 'starting', 'healthy', 'unhealthy'] },
  ])('with -health $health announces containers that are: $serving', ({ health, serving }) => {
    const announced = HEALTHS.filter(
      (state) => servingState(sketchContainer({ state: { health: state } }), { health, paused: 'remove' }).serving,
    );
    expect(announced).toEqual(serving);
  });

  it.each([
    { state: { health: 'unhealthy' }, reason: 'container web is unhealthy, and -health healthy leaves it out' },
    { state: { health: 'starting' }, reason: 'container web is starting, and -health healthy leaves it out' },
    { state: { paused: true }, reason: 'container web is paused, and -paused remove leaves it out' },
  ] as const)('says why: $reason', ({ state, reason }) => {
    const withheld = servingState(sketchContainer({ state }), { health: 'healthy', paused: 'remove' });
    expect(withheld).toEqual({ serving: false, reason: expect.stringContaining(reason) });
  });

  it('with -paused keep announces a paused container, unless it is ill', () => {
    const rules = { health: 'healthy', paused: 'keep' } as const;
    expect(servingState(sketchContainer({ state: { paused: true } }), rules)).toEqual({ serving: true });
    const ill = sketchContainer({ state: { paused: true, health: 'unhealthy' } });
    expect(servingState(ill, rules)).toMatchObject({ serving: false });
  });

  it('needs no reason for a container that does not run, however ill it was', () => {
    const ended = sketchContainer({ state: { running: false, health: 'unhealthy' } });
    expect(servingState(ended, { health: 'healthy', paused: 'remove' })).toEqual({ serving: false });
  });
});

describe('isRunning', () => {
  it.each<[string, Partial<ContainerState>, boolean]>([
    ['runs', { running: true }, true],
    ['has ended', { running: false }, false],
    ['is paused, as Docker shows it', { running: true, paused: true }, true],
    ['is paused, as Podman shows it', { running: false, paused: true }, true],
    ['waits for its next restart, as Docker shows it', { running: true, restarting: true }, false],
  ])('a container that %s', (_, state, expected) => {
    expect(isRunning(sketchContainer({ state }))).toBe(expected);
  });
});
