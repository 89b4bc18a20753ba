import type { ContainerState } from '@wharf/docker-watcher';
import { describe, expect, it } from 'vitest';
import { sketchContainer } from '../testing/container.ts';
import type { HealthRule } from './service.ts';
import { isRunning, servingOf } from './serving.ts';

const HEALTHS = ['none', 'starting', 'healthy', 'unhealthy'] as const;

describe('servingOf', () => {
  it.each<{ readonly health: HealthRule; readonly serving: readonly string[] }>([
    { health: 'healthy', serving: ['none', 'healthy'] },
    { health: 'not-unhealthy', serving: ['none', 'starting', 'healthy'] },
    { health: 'any', serving: ['none', 'starting', 'healthy', 'unhealthy'] },
  ])('with -health $health announces containers that are: $serving', ({ health, serving }) => {
    const announced = HEALTHS.filter(
      (state) => servingOf(sketchContainer({ state: { health: state } }), { health, paused: 'remove' }).serving,
    );
    expect(announced).toEqual(serving);
  });

  it.each([
    { state: { health: 'unhealthy' }, reason: 'is unhealthy (-health any' },
    { state: { health: 'starting' }, reason: 'has not passed its health check yet (-health not-unhealthy' },
    { state: { paused: true }, reason: 'is paused (-paused keep' },
  ] as const)('says why: $reason', ({ state, reason }) => {
    const withheld = servingOf(sketchContainer({ state }), { health: 'healthy', paused: 'remove' });
    expect(withheld).toEqual({ serving: false, reason: expect.stringContaining(reason) });
  });

  it('with -paused keep announces a paused container, unless it is ill', () => {
    const rules = { health: 'healthy', paused: 'keep' } as const;
    expect(servingOf(sketchContainer({ state: { paused: true } }), rules)).toEqual({ serving: true });
    const ill = sketchContainer({ state: { paused: true, health: 'unhealthy' } });
    expect(servingOf(ill, rules)).toMatchObject({ serving: false });
  });

  it('needs no reason for a container that does not run, however ill it was', () => {
    const ended = sketchContainer({ state: { running: false, health: 'unhealthy' } });
    expect(servingOf(ended, { health: 'healthy', paused: 'remove' })).toEqual({ serving: false });
  });
});

describe('isRunning', () => {
  it.each<[string, Partial<ContainerState>, boolean]>([
    ['runs', { running: true }, true],
    ['has ended', { running: false }, false],
    ['is paused', { running: true, paused: true }, true],
    ['waits for its next restart, as Docker shows it', { running: true, restarting: true }, false],
  ])('a container that %s', (_, state, expected) => {
    expect(isRunning(sketchContainer({ state }))).toBe(expected);
  });
});
