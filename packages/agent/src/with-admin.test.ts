import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import type { Agent } from './agent.ts';
import { createLogger } from './create-logger.ts';
import { withAdmin } from './with-admin.ts';

/** An agent whose start and stop wait for the test, with admin HTTP on a port of its own. */
function setUp(host = '127.0.0.1') {
  const calls: string[] = [];
  const started = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  const agent: Agent = {
    start: () => {
      calls.push('start');
      return started.promise;
    },
    stop: () => {
      calls.push('stop');
      return stopped.promise;
    },
    readiness: () => ['the store does not answer'],
    debug: {},
  };
  const listens = Promise.withResolvers<string>();
  const settings = { agent: 'sample', level: 'info', format: 'json', colours: false } as const;
  const log = createLogger(settings, (line) => listens.resolve(JSON.parse(line).address));
  const served = withAdmin(agent, { title: 'sample 1.0.0', registry: new Registry(), address: { host, port: 0 }, log });
  return {
    calls,
    started,
    stopped,
    served,
    ready: async () => (await fetch(`http://${await listens.promise}/readyz`)).text(),
  };
}

describe('withAdmin', () => {
  it('answers while the agent starts, runs and stops, and no longer afterwards', async () => {
    const { calls, started, stopped, served, ready } = setUp();
    const starting = served.start();
    expect(await ready()).toBe('starting\n');
    started.resolve();
    await starting;
    expect(await ready()).toBe('the store does not answer\n');
    const stopping = served.stop();
    expect(await ready()).toBe('stopping\n');
    stopped.resolve();
    await stopping;
    await expect(ready()).rejects.toThrow('fetch failed');
    expect(calls).toEqual(['start', 'stop']);
  });

  it('closes although the agent fails to stop', async () => {
    const { started, stopped, served, ready } = setUp();
    started.resolve();
    await served.start();
    expect(await ready()).toBe('the store does not answer\n');
    stopped.reject(new Error('no'));
    await expect(served.stop()).rejects.toThrow('no');
    await expect(ready()).rejects.toThrow('fetch failed');
  });

  it('neither starts nor stops the agent when the address cannot be had', async () => {
    const { calls, served } = setUp('192.0.2.1');
    await expect(served.start()).rejects.toMatchObject({ code: 'cannot-listen' });
    await served.stop();
    expect(calls).toEqual([]);
  });
});
