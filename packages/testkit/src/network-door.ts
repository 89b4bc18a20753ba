import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { startFaultyProxy } from './faulty-proxy.ts';
import { freePort } from './ports.ts';
import { type StartServer, startServer } from './server-process.ts';

/**
 * A way into a network that no other network reaches, and out of it, for TCP: unix sockets are files, and files are common
 * to both. Whatever is in there can then be started, asked and stopped like anything on this host.
 */
export interface NetworkDoor {
  /** Put before a command, runs it in that network. */
  readonly enterNetwork: readonly string[];
  /** Starts a server in that network. */
  readonly start: StartServer;
  /** Makes a port of 127.0.0.1 on this host one of 127.0.0.1 in there. */
  letIn(port: number): Promise<void>;
  /** Resolves to a port of 127.0.0.1 on this host that leads to `port` of 127.0.0.1 in there, now or once there is one. */
  letOut(port: number): Promise<number>;
  /** Closes it; the network itself stays. */
  close(): Promise<void>;
}

/** Joins connections at a port of 127.0.0.1, in there, to a unix socket. */
const WAY_IN = `const net = require('node:net');
const [port, path] = process.argv.slice(1);
net.createServer((client) => {
  const server = net.connect(path);
  for (const socket of [client, server]) socket.on('error', () => { client.destroy(); server.destroy(); });
  client.pipe(server).pipe(client);
}).listen(Number(port), '127.0.0.1', () => console.log('listening'));`;

/** Joins connections at a unix socket to the port of 127.0.0.1, in there, that the first line of each names. */
const WAY_OUT = `const net = require('node:net');
net.createServer((client) => {
  client.on('error', () => client.destroy());
  client.once('data', (chunk) => {
    const end = chunk.indexOf(10);
    const server = net.connect(Number(chunk.subarray(0, end)), '127.0.0.1');
    for (const socket of [client, server]) socket.on('error', () => { client.destroy(); server.destroy(); });
    server.write(chunk.subarray(end + 1));
    client.pipe(server).pipe(client);
  });
}).listen(process.argv[1], () => console.log('listening'));`;

/**
 * @param enterNetwork what put before a command runs it in the network
 * @param start starts a server in there; by default one that has only the network of its own
 * @param parent where its folder of sockets is made
 */
export function openNetworkDoor(
  enterNetwork: readonly string[],
  start: StartServer = startBehind(enterNetwork),
  parent: string = tmpdir(),
): NetworkDoor {
  const folder = mkdtempSync(join(parent, 'wharf-door-'));
  const cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  const newPath = (): string => join(folder, `${++count}.sock`);

  const relayInside = async (script: string, ...places: readonly string[]): Promise<void> => {
    const args = ['--eval', script, ...places];
    const relay = await start({
      name: 'a relay',
      command: process.execPath,
      args,
      remedy: 'apt-get install util-linux',
    });
    cleanup.defer(() => relay.stop('SIGKILL'));
    await eventually('a relay into another network', () => {
      if (!relay.output().includes('listening')) throw new Error(relay.output());
    });
  };

  const openWayOut = async (): Promise<string> => {
    const path = newPath();
    await relayInside(WAY_OUT, path);
    return path;
  };
  let wayOut: Promise<string> | undefined;

  return {
    enterNetwork,
    start,
    async letIn(port) {
      const path = newPath();
      const link = await startFaultyProxy({ port }, path);
      cleanup.defer(() => link.close());
      await relayInside(WAY_IN, String(port), path);
    },
    async letOut(port) {
      wayOut ??= openWayOut();
      const listener = await listenFor(await wayOut, port);
      cleanup.defer(() => listener.close());
      return listener.port;
    },
    close: () => cleanup.disposeAsync(),
  };
}

function startBehind(enterNetwork: readonly string[]): StartServer {
  const [first = 'nsenter', ...rest] = enterNetwork;
  return ({ command, args, ...server }) =>
    startServer({ ...server, command: first, args: [...rest, command, ...args] });
}

/** Listens on 127.0.0.1 of this host for clients of a port behind the door. */
async function listenFor(path: string, port: number): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const inside = createConnection(path);
    inside.write(`${port}\n`);
    for (const socket of [client, inside]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      socket.on('error', () => {
        client.destroy();
        inside.destroy();
      });
    }
    client.pipe(inside).pipe(client);
  });
  const outside = await freePort();
  server.listen(outside, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: outside,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
