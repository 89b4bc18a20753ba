import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import { once } from 'node:events';
import { listenError } from './listen-error.ts';
import { nextTurn } from './next-turn.ts';
import type { RunningServer } from './responder.ts';
import { answerDatagram, createReplySender, type UdpReplyOptions } from './udp-replies.ts';

export interface UdpServerOptions extends UdpReplyOptions {
  /** An IP address. */
  readonly host: string;
  readonly port: number;
  /** Whether further sockets of this user may have the port as well; the system spreads the clients (SO_REUSEPORT). */
  readonly isShared?: boolean;
}

/**
 * Serves DNS over UDP, a system call for each datagram.
 * @throws ListenError
 */
export async function startUdpServer(options: UdpServerOptions): Promise<RunningServer> {
  const { host, port, isShared = false, log } = options;
  const socket = createSocket({ ...socketOptions(host), reusePort: isShared });
  await bind(socket, host, port);
  const replies = createReplySender(socket, options);
  // The system reports on this socket what became of datagrams sent before; none of it ends the service.
  socket.on('error', (error) => log.warn({ error: error.message }, 'the UDP socket reports an error'));
  socket.on('message', (query, peer) => answerDatagram(query, peer, options, replies));
  return {
    port: socket.address().port,
    leave: nextTurn,
    async close() {
      replies.stop();
      await closeSocket(socket);
    },
  };
}

/** Queries that wait while this process does something else; the system gives less when it may not give as much. */
const RECEIVE_BUFFER_OCTETS = 4 * 1_024 * 1_024;

/** How a socket for queries to `host`, an IP address, is made. */
export function socketOptions(host: string): SocketOptions {
  // A zone is the name of an interface, which may have letters that `isIPv6` does not know.
  const family = host.includes(':') ? 6 : 4;
  return {
    type: `udp${family}`,
    recvBufferSize: RECEIVE_BUFFER_OCTETS,
    // Replies go to IP addresses only; the system's resolver would hand each of them back in a later turn.
    lookup: (address, _options, found) => found(null, address, family),
  };
}

/**
 * Makes sure that nobody has the UDP port, also nobody who would share it, and gives it back; resolves to the port, with
 * port 0 one that was free.
 * @throws ListenError
 */
export async function probeUdpPort(host: string, port: number): Promise<number> {
  const socket = createSocket(socketOptions(host));
  await bind(socket, host, port);
  const { port: found } = socket.address();
  await closeSocket(socket);
  return found;
}

/** Closes the socket, and resolves when it is. */
export async function closeSocket(socket: Socket): Promise<void> {
  const closed = once(socket, 'close');
  socket.close();
  await closed;
}

async function bind(socket: Socket, address: string, port: number): Promise<void> {
  try {
    const listening = once(socket, 'listening');
    socket.bind({ address, port });
    await listening;
  } catch (error) {
    socket.close();
    throw listenError(`udp ${address} port ${port}`, error);
  }
}
