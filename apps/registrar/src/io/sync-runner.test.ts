import { createManualClock } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import type { SyncScope } from '../registries/registry.ts';
import { createSyncRunner, type SyncRunner } from './sync-runner.ts';

/** Far into its row of failures, a runner waits for this long. */
const LONGEST_PAUSE_MS = 10_000;

interface Bench {
  readonly runner: SyncRunner;
  readonly scopes: readonly SyncScope[];
  /** Lets the synchronisation under way end, and what follows from it come to rest. */
  finish(error?: Error): Promise<void>;
  advance(ms: number): Promise<void>;
}

function bench(isPartial: boolean = false): Bench {
  const clock = createManualClock(1_000_000);
  const scopes: SyncScope[] = [];
  let underWay = Promise.withResolvers<boolean>();
  const runner = createSyncRunner({
    clock,
    random: () => 1,
    sync(scope) {
      scopes.push(scope);
      underWay = Promise.withResolvers<boolean>();
      return underWay.promise;
    },
    isPartial: () => isPartial,
    onFailed: () => undefined,
  });
  return {
    runner,
    scopes,
    async finish(error) {
      if (error === undefined) underWay.resolve(true);
      else underWay.reject(error);
      await clock.advance(0);
    },
    advance: (ms) => clock.advance(ms),
  };
}

async function failOften(run: Bench): Promise<void> {
  run.runner.request('changes');
  for (let attempt = 0; attempt < 10; attempt++) {
    await run.finish(new Error('away'));
    await run.advance(LONGEST_PAUSE_MS);
  }
}

describe('createSyncRunner', () => {
  it('answers requests made meanwhile by one more synchronisation, of the larger scope', async () => {
    const run = bench();
    for (const scope of ['changes', 'changes', 'everything', 'changes'] as const) run.runner.request(scope);
    await run.finish();
    await run.finish();
    expect(run.scopes).toEqual(['changes', 'everything']);
    expect(run.runner.hasSynced()).toBe(true);
  });

  it('waits longer and longer after failures, and then looks at everything', async () => {
    const run = bench();
    await failOften(run);
    await run.finish(new Error('away'));
    const before = run.scopes.length;
    run.runner.request('changes');
    await run.advance(LONGEST_PAUSE_MS - 1);
    expect(run.scopes).toHaveLength(before);
    expect(run.runner.failure()).toBe('away');
    await run.advance(1);
    expect(run.scopes.slice(before)).toEqual(['everything']);
  });

  it('does not wait with changes when only some services are at fault', async () => {
    const run = bench(true);
    await failOften(run);
    await run.finish(new Error('one is refused'));
    const before = run.scopes.length;
    await run.advance(1);
    expect(run.scopes).toHaveLength(before);
    run.runner.request('changes');
    await run.advance(0);
    expect(run.scopes.slice(before)).toEqual(['everything']);
  });

  it('stops at once when what is under way at the stop fails', async () => {
    const run = bench();
    await failOften(run);
    let isStopped = false;
    const stopping = run.runner.stop().then(() => {
      isStopped = true;
    });
    await run.finish(new Error('away'));
    expect(isStopped).toBe(true);
    await run.advance(LONGEST_PAUSE_MS);
    await stopping;
  });
});
