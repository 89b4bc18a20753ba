import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './ports.ts';

/** Where the proxy forwards to: a TCP port of this host or a unix socket. */
export type ProxyTarget = { readonly port: number } | { readonly path: string };

/** A link that can be cut, stalled and delayed, between a client under test and a real server. */
export interface FaultyProxy {
  /** The port that clients use; 0 when the proxy listens on a path. */
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  /** Connections accepted since the start. */
  readonly accepted: number;
  /** Resets every connection now; new ones are accepted. */
  cut(): void;
  /** Resets every connection and every new one at once, until `heal`: a host that refuses. */
  refuse(): void;
  /** Holds all bytes in both directions and answers nothing, until `heal`: a host that went silent. */
  stall(): void;
  /** Delays every chunk by `ms`, in order. */
  delay(ms: number): void;
  /** Cuts each connection after so many bytes from the server, until `heal`. */
  cutAfter(bytes: number): void;
  /** Back to a perfect link; held bytes flow on. */
  heal(): void;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  fromServer: number;
}

/** Starts a proxy before `target`, on a free port of 127.0.0.1 or, with `listenPath`, on a unix socket. */
export async function startFaultyProxy(target: ProxyTarget, listenPath?: string): Promise<FaultyProxy> {
  const links = new Set<Link>();
  let mode: 'open' | 'refuse' | 'stall' = 'open';
  let delayMs = 0;
  let cutAfterBytes = Number.POSITIVE_INFINITY;
  let accepted = 0;

  /** A unix socket knows no reset: its peer reads the end. */
  const reset = (socket: Socket): void => {
    if (listenPath === undefined) socket.resetAndDestroy();
    else socket.destroy();
  };
  const drop = (link: Link): void => {
    links.delete(link);
    reset(link.client);
    link.server.destroy();
  };

  const pump = (link: Link, from: Socket, to: Socket): void => {
    const later = createDelayLine(() => delayMs);
    from.on('data', (chunk) => {
      if (from === link.server) {
        link.fromServer += chunk.length;
        if (link.fromServer > cutAfterBytes) {
          drop(link);
          return;
        }
      }
      later(() => {
        if (to.writable && !to.write(chunk)) {
          from.pause();
          to.once('drain', () => mode !== 'stall' && from.resume());
        }
      });
    });
    from.on('end', () => later(() => to.end()));
    from.on('error', () => drop(link));
    from.on('close', () => later(() => drop(link)));
  };

  const listener: Server = createServer({ allowHalfOpen: true }, (client) => {
    accepted++;
    if (mode === 'refuse') {
      reset(client);
      return;
    }
    const server = createConnection({ ...target, allowHalfOpen: true });
    const link: Link = { client, server, fromServer: 0 };
    links.add(link);
    pump(link, client, server);
    pump(link, server, client);
    if (mode === 'stall') pause(link);
  });
  const port = listenPath === undefined ? await freePort() : 0;
  listener.listen(listenPath === undefined ? { port, host: '127.0.0.1' } : { path: listenPath });
  await once(listener, 'listening');

  return {
    port,
    path: listenPath ?? '',
    get connections() {
      return links.size;
    },
    get accepted() {
      return accepted;
    },
    cut() {
      for (const link of links) drop(link);
    },
    refuse() {
      mode = 'refuse';
      for (const link of links) drop(link);
    },
    stall() {
      mode = 'stall';
      for (const link of links) pause(link);
    },
    delay(ms) {
      delayMs = ms;
    },
    cutAfter(bytes) {
      cutAfterBytes = bytes;
    },
    heal() {
      mode = 'open';
      delayMs = 0;
      cutAfterBytes = Number.POSITIVE_INFINITY;
      for (const link of links) {
        link.client.resume();
        link.server.resume();
      }
    },
    async close() {
      for (const link of links) drop(link);
      listener.close();
      await once(listener, 'close');
    },
  };
}

function pause(link: Link): void {
  link.client.pause();
  link.server.pause();
}

/** Runs each task after the delay of its moment, never before those that came earlier: a shorter delay overtakes nothing. */
function createDelayLine(delayMs: () => number): (task: () => void) => void {
  const waiting: { readonly task: () => void; readonly dueMs: number }[] = [];
  const run = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const leftMs = next.dueMs - performance.now();
      if (leftMs > 0) {
        setTimeout(run, Math.ceil(leftMs));
        return;
      }
      waiting.shift();
      next.task();
    }
  };
  return (task) => {
    const ms = delayMs();
    if (ms <= 0 && waiting.length === 0) {
      task();
      return;
    }
    waiting.push({ task, dueMs: performance.now() + ms });
    if (waiting.length === 1) setTimeout(run, ms);
  };
}
