import { describe, expect, it } from 'vitest';
import type { Agent } from './agent.ts';
import { silentLogger } from './logger.ts';
import { createManualClock } from './manual-clock.ts';
import { type AgentSignal, supervise } from './supervise.ts';

/** An agent, and a process around it, that do what the test says. */
function setUp(changes: Partial<Pick<Agent, 'start' | 'stop'>> = {}) {
  const calls: string[] = [];
  const signalListeners = new Set<(signal: AgentSignal) => void>();
  const crashListeners = new Set<(error: unknown) => void>();
  const clock = createManualClock();
  const agent: Agent = {
    start: async () => void calls.push('start'),
    stop: async () => void calls.push('stop'),
    readiness: () => [],
    debug: {},
    ...changes,
  };
  const exit = supervise(agent, {
    events: {
      onSignal: (listener) => {
        signalListeners.add(listener);
        return () => signalListeners.delete(listener);
      },
      onCrash: (listener) => {
        crashListeners.add(listener);
        return () => crashListeners.delete(listener);
      },
    },
    log: silentLogger,
    clock,
    stopDeadlineMs: 10_000,
  });
  return {
    calls,
    clock,
    exit,
    listeners: () => signalListeners.size + crashListeners.size,
    signal: (signal: AgentSignal) => {
      for (const listener of signalListeners) listener(signal);
    },
    crash: (error: unknown) => {
      for (const listener of crashListeners) listener(error);
    },
  };
}

const never = (): Promise<void> => new Promise(() => undefined);

describe('supervise', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('stops in good order on %s, and leaves nothing behind', async (signal) => {
    const { calls, clock, exit, listeners, signal: send } = setUp();
    await clock.advance(0);
    expect(calls).toEqual(['start']);
    send(signal);
    expect(await exit).toBe(0);
    expect(calls).toEqual(['start', 'stop']);
    expect({ listeners: listeners(), timers: clock.pending }).toEqual({ listeners: 0, timers: 0 });
  });

  it('goes on after SIGHUP', async () => {
    const { calls, clock, exit, signal } = setUp();
    signal('SIGHUP');
    signal('SIGHUP');
    await clock.advance(60_000);
    expect(calls).toEqual(['start']);
    signal('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('stops an agent that was asked to stop while it started', async () => {
    const started = Promise.withResolvers<void>();
    const { calls, clock, exit, signal } = setUp({ start: () => started.promise });
    signal('SIGTERM');
    await clock.advance(0);
    expect(calls).toEqual([]);
    started.resolve();
    expect(await exit).toBe(0);
    expect(calls).toEqual(['stop']);
  });

  it('lets a start that waits give up when a stop is asked for', async () => {
    const start = async (stopAsked?: AbortSignal): Promise<void> => {
      await new Promise((resolve) => stopAsked?.addEventListener('abort', resolve));
    };
    const { calls, clock, exit, signal } = setUp({ start });
    await clock.advance(60_000);
    signal('SIGTERM');
    expect(await exit).toBe(0);
    expect(calls).toEqual(['stop']);
  });

  it('ends with 1, and releases what was taken, when the start fails', async () => {
    const { calls, exit } = setUp({ start: () => Promise.reject(new Error('in use')) });
    expect(await exit).toBe(1);
    expect(calls).toEqual(['stop']);
  });

  it('ends with 1 when stopping fails', async () => {
    const { exit, signal } = setUp({ stop: () => Promise.reject(new Error('no')) });
    signal('SIGTERM');
    expect(await exit).toBe(1);
  });

  it.each([
    ['stopping', { stop: never }],
    ['starting', { start: never }],
  ])('ends with 1 when %s outlasts the deadline', async (_, changes) => {
    const { clock, exit, signal } = setUp(changes);
    let ended = false;
    void exit.then(() => {
      ended = true;
    });
    signal('SIGTERM');
    await clock.advance(9_999);
    expect(ended).toBe(false);
    await clock.advance(1);
    expect(await exit).toBe(1);
  });

  it('ends with 1 at once on a second signal', async () => {
    const { exit, signal } = setUp({ stop: never });
    signal('SIGTERM');
    signal('SIGINT');
    expect(await exit).toBe(1);
  });

  it('takes SIGINT twice in a moment, as npm passes it on, for one Ctrl-C', async () => {
    const stopped = Promise.withResolvers<void>();
    const { clock, exit, signal } = setUp({ stop: () => stopped.promise });
    signal('SIGINT');
    await clock.advance(999);
    signal('SIGINT');
    stopped.resolve();
    expect(await exit).toBe(0);
  });

  it('ends with 1 at once on a Ctrl-C that is pressed again', async () => {
    const { clock, exit, signal } = setUp({ stop: never });
    signal('SIGINT');
    await clock.advance(1_000);
    signal('SIGINT');
    expect(await exit).toBe(1);
  });

  it('ends with 1 on a crash, without an orderly stop', async () => {
    const { calls, clock, exit, crash } = setUp();
    await clock.advance(0);
    crash(new Error('boom'));
    expect(await exit).toBe(1);
    expect(calls).toEqual(['start']);
  });
});
