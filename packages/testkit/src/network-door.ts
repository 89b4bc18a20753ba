import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { startFaultyProxy } from './faulty-proxy.ts';
import { startServer } from './server-process.ts';

/**
 * A way into a network that no other network reaches, and out of it, for TCP: unix sockets are files, and files are common
 * to both. Whatever is in there can then be started, asked and stopped like anything on this host.
 */
export interface NetworkDoor {
  /** Put before a command, runs it in that network. */
  readonly enterNetwork: readonly string[];
  /** Makes a port of 127.0.0.1 on this host one of 127.0.0.1 in there. */
  letIn(port: number): Promise<void>;
  /** Resolves to a port of 127.0.0.1 on this host that leads to `port` of 127.0.0.1 in there, now or once there is one. */
  letOut(port: number): Promise<number>;
  /** Closes it; the network itself stays. */
  close(): Promise<void>;
}

/** Joins two places, each a port of 127.0.0.1 or the path of a unix socket; the first is listened on. */
const RELAY = `const net = require('node:net');
const place = (text) => (/^[0-9]+$/.test(text) ? { port: Number(text), host: '127.0.0.1' } : { path: text });
const [from, to] = process.argv.slice(1).map(place);
net.createServer((client) => {
  const server = net.connect(to);
  for (const socket of [client, server]) socket.on('error', () => { client.destroy(); server.destroy(); });
  client.pipe(server).pipe(client);
}).listen(from, () => console.log('listening'));`;

/** @param enterNetwork what put before a command runs it in the network */
export function openNetworkDoor(enterNetwork: readonly string[]): NetworkDoor {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-door-'));
  const cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  const newPath = (): string => join(folder, `${++count}.sock`);

  const relayInside = async (from: string, to: string): Promise<void> => {
    const [command, ...args] = [...enterNetwork, process.execPath, '--eval', RELAY, from, to];
    const relay = await startServer({ name: 'a relay', command, args, remedy: 'apt-get install util-linux' });
    cleanup.defer(() => relay.stop());
    await eventually('a relay into another network', () => {
      if (!relay.output().includes('listening')) throw new Error(relay.output());
    });
  };

  return {
    enterNetwork,
    async letIn(port) {
      const path = newPath();
      const link = await startFaultyProxy({ port }, path);
      cleanup.defer(() => link.close());
      await relayInside(String(port), path);
    },
    async letOut(port) {
      const path = newPath();
      await relayInside(path, String(port));
      const link = await startFaultyProxy({ path });
      cleanup.defer(() => link.close());
      return link.port;
    },
    close: () => cleanup.disposeAsync(),
  };
}
