import type { Agent } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { combineAgents } from './combine-agents.ts';

const calls: string[] = [];

/** An agent that writes down what it is asked to do. */
function recorder(name: string, changes: Partial<Agent> = {}) {
  const agent: Agent = {
    async start() {
      calls.push(`start ${name}`);
    },
    async stop() {
      calls.push(`stop ${name}`);
    },
    readiness: () => [],
    debug: { state: () => name },
    ...changes,
  };
  return { name, agent };
}

const recorded = (): readonly string[] => calls.splice(0);

describe('combineAgents', () => {
  it('starts stage by stage and stops in the reverse order', async () => {
    const agents = combineAgents([[recorder('a')], [recorder('b'), recorder('c')]]);
    await agents.start();
    expect(recorded()).toEqual(['start a', 'start b', 'start c']);
    await agents.stop();
    expect(recorded()).toEqual(['stop b', 'stop c', 'stop a']);
  });

  it('waits for a stage before it starts the next', async () => {
    const started = Promise.withResolvers<void>();
    const agents = combineAgents([[recorder('a', { start: () => started.promise })], [recorder('b')]]);
    const starting = agents.start();
    await Promise.resolve();
    expect(recorded()).toEqual([]);
    started.resolve();
    await starting;
    expect(recorded()).toEqual(['start b']);
  });

  it('goes no further than a stage that fails, and stops no agent that was not started', async () => {
    const failing = recorder('b', { start: () => Promise.reject(new Error('in use')) });
    const agents = combineAgents([[recorder('a')], [failing], [recorder('c')]]);
    await expect(agents.start()).rejects.toThrow('in use');
    await agents.stop();
    expect(recorded()).toEqual(['start a', 'stop b', 'stop a']);
  });

  it('stops all although some fail, and says why each did', async () => {
    const failing = (name: string) => recorder(name, { stop: () => Promise.reject(new Error(name)) });
    const agents = combineAgents([[recorder('a')], [failing('b')], [failing('c')]]);
    await agents.start();
    await expect(agents.stop()).rejects.toMatchObject({ errors: [new Error('c'), new Error('b')] });
    expect(recorded()).toEqual(['start a', 'start b', 'start c', 'stop a']);
  });

  it('is ready when all are, and says whose reasons they are', () => {
    const waiting = recorder('b', { readiness: () => ['no store', 'no engine'] });
    expect(combineAgents([[recorder('a')]]).readiness()).toEqual([]);
    expect(combineAgents([[recorder('a')], [waiting]]).readiness()).toEqual(['b: no store', 'b: no engine']);
  });

  it('has the pages of all under their names', () => {
    const { debug } = combineAgents([[recorder('a'), recorder('b')]]);
    expect(Object.entries(debug).map(([page, look]) => [page, look()])).toEqual([
      ['a-state', 'a'],
      ['b-state', 'b'],
    ]);
  });
});
