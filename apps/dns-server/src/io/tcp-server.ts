import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock, Logger } from '@wharf/agent';
import { listenError } from './listen-error.ts';
import { nextTurn } from './next-turn.ts';
import type { Responders, RunningServer } from './responder.ts';
import { serveTcpConnection, type TcpConnection } from './tcp-connection.ts';

/** RFC 7766, section 6.2.3, wants "a few seconds". */
export const TCP_IDLE_TIMEOUT_MS = 10_000;

/** More clients than that, and the one that was silent for longest has to go. */
const MAX_TCP_CONNECTIONS = 500;

/** How long clients may take for their last replies when the server stops. */
const CLOSE_TIMEOUT_MS = 1_000;

export interface TcpServerOptions extends Responders {
  /** An IP address. */
  readonly host: string;
  readonly port: number;
  /** Whether further servers of this user may have the port as well (SO_REUSEPORT). */
  readonly isShared?: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told how many clients are connected, whenever that changes. */
  readonly onConnections: (count: number) => void;
  /** Told of every client that had to go because there were too many. */
  readonly onEvicted: () => void;
  readonly idleTimeoutMs?: number;
  readonly maxConnections?: number;
}

/**
 * Serves DNS over TCP (RFC 7766).
 * @throws ListenError
 */
export async function startTcpServer(options: TcpServerOptions): Promise<RunningServer> {
  const { clock, log, idleTimeoutMs = TCP_IDLE_TIMEOUT_MS, maxConnections = MAX_TCP_CONNECTIONS } = options;
  /** In the order of their last queries, the oldest first. */
  const connections = new Map<Socket, TcpConnection>();

  const accept = (socket: Socket): void => {
    const onQuery = (): void => {
      connections.delete(socket);
      connections.set(socket, connection);
    };
    const connection = serveTcpConnection({ ...options, socket, idleTimeoutMs, onQuery });
    connections.set(socket, connection);
    socket.on('close', () => {
      connections.delete(socket);
      options.onConnections(connections.size);
    });
    if (connections.size > maxConnections) {
      const [oldest] = connections.keys();
      oldest?.destroy();
      options.onEvicted();
    }
    options.onConnections(connections.size);
  };

  const server = createServer({ allowHalfOpen: true }, accept);
  const port = await listen(server, options);
  server.on('error', (error) => log.warn({ error: error.message }, 'a TCP client could not be accepted'));

  return {
    port,
    // Whoever connects is a client until the end, also when this server has not been told of it yet.
    leave: nextTurn,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const connection of connections.values()) connection.end();
      const cancel = clock.schedule(CLOSE_TIMEOUT_MS, () => {
        for (const connection of connections.values()) connection.destroy();
      });
      await closed;
      cancel();
    },
  };
}

async function listen(server: Server, { host, port, isShared = false }: TcpServerOptions): Promise<number> {
  try {
    const listening = once(server, 'listening');
    server.listen({ host, port, reusePort: isShared });
    await listening;
  } catch (error) {
    throw listenError(`tcp ${host} port ${port}`, error);
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
