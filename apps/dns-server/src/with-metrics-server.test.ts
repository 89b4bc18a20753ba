import { type Agent, Gauge, Registry, silentLogger } from '@wharf/agent';
import { freePort } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { withMetricsServer } from './with-metrics-server.ts';

const create = async (port: number, more: Partial<Agent> = {}) => {
  const calls: string[] = [];
  const registry = new Registry();
  new Gauge({ name: 'answer', help: 'x', registers: [registry] }).set(42);
  const agent: Agent = {
    start: async () => void calls.push('start'),
    stop: async () => void calls.push('stop'),
    readiness: () => [],
    debug: {},
    ...more,
  };
  const address = { port, path: '/stats' };
  return { agent: withMetricsServer(agent, { address, registry, log: silentLogger }), calls };
};

describe('withMetricsServer', () => {
  it('serves the metrics at the path alone, until it stops', async () => {
    const port = await freePort();
    const { agent, calls } = await create(port);
    await agent.start();
    const url = `http://127.0.0.1:${port}`;
    const found = await fetch(`${url}/stats?x=1`);
    expect([found.status, found.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/plain/)]);
    expect(await found.text()).toContain('answer 42');
    expect((await fetch(`${url}/debug/zone`)).status).toBe(404);
    expect((await fetch(`${url}/stats`, { method: 'POST' })).status).toBe(405);
    await agent.stop();
    await expect(fetch(`${url}/stats`)).rejects.toThrow('fetch failed');
    expect(calls).toEqual(['start', 'stop']);
  });

  it('serves what the agent shows in place of the registry: the sums of its threads', async () => {
    const port = await freePort();
    const exposition = { contentType: Registry.PROMETHEUS_CONTENT_TYPE, metrics: async () => 'answer 84\n' };
    const { agent } = await create(port, { exposition });
    await agent.start();
    expect(await (await fetch(`http://127.0.0.1:${port}/stats`)).text()).toBe('answer 84\n');
    await agent.stop();
  });

  it('says 500 when the metrics cannot be had, and serves on', async () => {
    const port = await freePort();
    const metrics = () => Promise.reject(new Error('a thread is gone'));
    const { agent } = await create(port, { exposition: { contentType: Registry.PROMETHEUS_CONTENT_TYPE, metrics } });
    await agent.start();
    expect((await fetch(`http://127.0.0.1:${port}/stats`)).status).toBe(500);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    await agent.stop();
  });

  it('lets the agent serve when the port is taken', async () => {
    const port = await freePort();
    const first = await create(port);
    await first.agent.start();
    const second = await create(port);
    await second.agent.start();
    await second.agent.stop();
    expect(second.calls).toEqual(['start', 'stop']);
    expect((await fetch(`http://127.0.0.1:${port}/stats`)).status).toBe(200);
    await first.agent.stop();
  });
});
