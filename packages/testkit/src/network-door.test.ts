import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { startNamespaces } from './namespaces.ts';
import { type NetworkDoor, openNetworkDoor } from './network-door.ts';
import { freePort } from './ports.ts';
import { startServer } from './server-process.ts';

const SERVER = `require('node:http').createServer((_request, response) => response.end('inside'))
  .listen(Number(process.argv[1]), '127.0.0.1');`;

const CLIENT = `fetch('http://127.0.0.1:' + process.argv[1]).then((reply) => reply.text()).then(console.log);`;

describe('openNetworkDoor', () => {
  let cleanup: AsyncDisposableStack;
  let door: NetworkDoor;

  beforeEach(async () => {
    cleanup = new AsyncDisposableStack();
    const namespaces = await startNamespaces();
    cleanup.defer(() => namespaces.end());
    door = openNetworkDoor(namespaces.enterNetwork);
    cleanup.defer(() => door.close());
  });

  afterEach(() => cleanup.disposeAsync());

  const runInside = async (script: string, port: number) => {
    const [command, ...args] = [...door.enterNetwork, process.execPath, '--eval', script, String(port)];
    const server = await startServer({ name: 'node', command, args, remedy: 'apt-get install util-linux' });
    cleanup.defer(() => server.stop());
    return server;
  };

  it('leads out of a network', async () => {
    const port = await freePort();
    const outside = await door.letOut(port);
    await runInside(SERVER, port);
    await eventually('what is inside', async () => {
      expect(await (await fetch(`http://127.0.0.1:${outside}`)).text()).toBe('inside');
    });
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed');
  });

  it('leads out to each port by a way of its own, one that is not listened on yet, too', async () => {
    const [first, second] = [await freePort(), await freePort()];
    const outside = [await door.letOut(first), await door.letOut(second)];
    await runInside(SERVER.replace('inside', 'first'), first);
    const pages = async (): Promise<readonly string[]> =>
      Promise.all(outside.map(async (port) => (await fetch(`http://127.0.0.1:${port}`)).text()));
    await expect(pages()).rejects.toThrow('fetch failed');
    await runInside(SERVER.replace('inside', 'second'), second);
    await eventually('both', async () => expect(await pages()).toEqual(['first', 'second']));
  });

  it('leads into a network', async () => {
    const server = createServer((_request, response) => response.end('outside'));
    cleanup.defer(() => void server.close());
    const port = await freePort();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    await door.letIn(port);
    const client = await runInside(CLIENT, port);
    await client.ended;
    expect(client.output()).toContain('outside');
  });
});
