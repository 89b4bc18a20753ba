import type { Container } from '@wharf/docker-watcher';
import { describe, expect, it } from 'vitest';
import { sampleContainer } from '../testing/sample-container.ts';
import { createPipelineSet } from './pipeline-set.ts';
import type { RoutePipeline } from './route-pipeline.ts';

/** A pipeline that notes what it is told. */
const recording = () => {
  const calls: string[] = [];
  const pipeline: RoutePipeline = {
    uri: 'stdout:',
    start: () => void calls.push('start'),
    consider: ({ id }, origin) => void calls.push(`${origin} ${id}`),
    forget: (id) => void calls.push(`forget ${id}`),
    isAttached: () => false,
    follow: (isFollowing) => void calls.push(`follow ${isFollowing}`),
    trouble: undefined,
    debug: () => null,
    retain: (ids) => void calls.push(`retain ${[...ids].join(' ')}`),
    stop: async () => void calls.push('stop'),
    discard: async () => void calls.push('discard'),
  };
  return { pipeline, take: () => calls.splice(0) };
};
const container = (id: string): Container => sampleContainer({ id });
const snapshot = (...ids: readonly string[]) => new Map(ids.map((id) => [id, container(id)]));
const never = new AbortController().signal;

describe('createPipelineSet', () => {
  it('tells containers that were there before a pipeline from those that come', () => {
    const set = createPipelineSet(({ id }) => id !== 'skipped');
    const first = recording();
    set.add(first.pipeline);
    expect(first.take()).toEqual([]);
    set.start();
    set.listener.onSnapshot(snapshot('a', 'skipped'));
    expect(first.take()).toEqual(['start', 'retain a skipped', 'existing a']);
    set.listener.onChange({ id: 'b', action: 'start', container: container('b'), timeNano: 0n, attributes: {} });
    expect(first.take()).toEqual(['new b']);

    const late = recording();
    set.add(late.pipeline);
    expect(late.take()).toEqual(['retain a skipped b', 'start', 'existing a', 'existing b']);
    set.listener.onSnapshot(snapshot('b', 'c'));
    expect(first.take()).toEqual(['forget a', 'forget skipped', 'new b', 'new c']);
    expect(late.take()).toEqual(['forget a', 'forget skipped', 'existing b', 'new c']);
    set.listener.onStatus({
      phase: 'following',
      error: undefined,
      gaps: 0,
      snapshots: 2,
      changes: 1,
      failedInspections: 0,
    });
    expect(late.take()).toEqual(['follow true']);
  });

  it('takes one added before the first snapshot for one that was there', () => {
    const set = createPipelineSet(() => true);
    set.start();
    const { pipeline, take } = recording();
    set.add(pipeline);
    set.listener.onSnapshot(snapshot('a'));
    expect(take()).toEqual(['start', 'retain a', 'existing a']);
  });

  it('tells one that was removed nothing any more, and waits for it at the end', async () => {
    const set = createPipelineSet(() => true);
    set.start();
    const { pipeline, take } = recording();
    const stopped = Promise.withResolvers<void>();
    const slow = { ...pipeline, stop: () => stopped.promise };
    set.add(slow);
    const removed = set.remove(slow, never);
    set.listener.onSnapshot(snapshot('a'));
    expect(take()).toEqual(['start']);
    expect(set.all).toEqual([]);
    let isOver = false;
    const stopping = set.stop(never).then(() => {
      isOver = true;
    });
    await Promise.resolve();
    expect(isOver).toBe(false);
    stopped.resolve();
    await Promise.all([removed, stopping]);
    expect(isOver).toBe(true);
  });
});
