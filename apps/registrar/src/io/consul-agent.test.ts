import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeConsul, startFakeConsul } from '../testing/fake-consul.ts';
import { type ConsulAgent, createConsulAgent } from './consul-agent.ts';

let consul: FakeConsul;
let agents: ConsulAgent[];

beforeEach(async () => {
  consul = await startFakeConsul();
  agents = [];
});

afterEach(async () => {
  for (const agent of agents) agent.close();
  await consul.close();
});

function connect(options: Partial<Parameters<typeof createConsulAgent>[0]> = {}): ConsulAgent {
  const agent = createConsulAgent({ endpoint: consul.endpoint, token: undefined, ...options });
  agents.push(agent);
  return agent;
}

describe('createConsulAgent', () => {
  it.each(['node-1:web:80', 'eu/1', 'a b', 'é?x=1#y', 'a+b&c'])('registers, lists and deregisters %s', async (ID) => {
    const agent = connect();
    const Meta = { 'wharf-host': 'node-1', 'wharf-registration': 'x', other: 'y' };
    await agent.register(JSON.stringify({ ID, Name: 'web', Meta }));
    expect(await agent.services()).toEqual(new Map([[ID, { host: 'node-1', checksum: 'x' }]]));
    await agent.deregister(ID);
    expect(consul.writes).toEqual([`register ${ID}`, `deregister ${ID}`]);
  });

  it('takes it for done when a service is gone already', async () => {
    await expect(connect().deregister('nobody')).resolves.toBeUndefined();
  });

  it('takes services without metadata', async () => {
    consul.services.set('db', { ID: 'db', Name: 'db' });
    expect(await connect().services()).toEqual(new Map([['db', { host: undefined, checksum: undefined }]]));
  });

  it.each([
    [400, 'refused'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [500, 'failing'],
    [503, 'failing'],
    [301, 'unavailable'],
  ])('%i is %s', async (status, code) => {
    consul.refuse(status, () => true);
    const call = connect().register('{"ID":"x","Name":"x"}');
    await expect(call).rejects.toMatchObject({
      name: 'ConsulError',
      code,
      message: expect.stringContaining(`${status}`),
    });
  });

  it('gives up a call that is not answered in time', async () => {
    consul.stall();
    await expect(connect({ timeoutMs: 50 }).services()).rejects.toMatchObject({
      code: 'unavailable',
      message: `Consul http://${consul.endpoint} does not answer: no answer within 50 ms`,
    });
  });

  it('gives up what is under way when it is closed', async () => {
    consul.stall();
    const agent = connect();
    const call = agent.services();
    agent.close();
    await expect(call).rejects.toMatchObject({ message: expect.stringContaining('the call was given up') });
  });

  it('fails, and not with the token, when no header can hold that', async () => {
    const call = connect({ token: 'se\ncret' }).services();
    await expect(call).rejects.toMatchObject({ code: 'unavailable', message: expect.not.stringMatching(/se\s*cret/) });
  });

  it.each([
    ['a page', '<html>'],
    ['a list', '[]'],
    ['nothing', ''],
  ])('does not take %s for Consul', async (_, body) => {
    await using server = createServer((_call, response) => response.end(body)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `127.0.0.1:${portOf(server.address())}`;
    await expect(connect({ endpoint }).services()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('fails for a connection that ends in the middle of an answer', async () => {
    await using server = createServer((_call, response) => {
      response.writeHead(200, { 'Content-Length': 100 }).write('{', () => response.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `127.0.0.1:${portOf(server.address())}`;
    await expect(connect({ endpoint }).services()).rejects.toMatchObject({ code: 'unavailable' });
  });
});

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
