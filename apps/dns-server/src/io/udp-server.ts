import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Logger } from '@wharf/agent';
import { listenError } from './listen-error.ts';
import type { Responder, RunningServer } from './responder.ts';

/** Replies that wait in this process because the kernel takes no more; beyond that they are dropped, as networks do. */
export const MAX_SEND_QUEUE_OCTETS = 4 * 1_024 * 1_024;

export interface UdpServerOptions {
  /** An IP address. */
  readonly host: string;
  readonly port: number;
  readonly respond: Responder;
  readonly log: Logger;
  /** Told of every reply that was not sent. */
  readonly onDropped: () => void;
}

/**
 * Serves DNS over UDP.
 * @throws ListenError
 */
export async function startUdpServer(options: UdpServerOptions): Promise<RunningServer> {
  const { host, port, respond, log, onDropped } = options;
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  await bind(socket, host, port);
  // The system reports on this socket what became of datagrams sent before; none of it ends the service.
  socket.on('error', (error) => log.warn({ error: error.message }, 'the UDP socket reports an error'));
  socket.on('message', (query, { address, port }) => {
    // A forged datagram: there is no port 0 to answer to.
    if (port === 0) return;
    const reply = respond(query, 'udp');
    if (reply === undefined) return;
    if (socket.getSendQueueSize() > MAX_SEND_QUEUE_OCTETS) {
      onDropped();
      return;
    }
    socket.send(reply, port, address, (error) => {
      if (error === null) return;
      onDropped();
      log.debug({ error: error.message, address }, 'a reply could not be sent');
    });
  });

  return {
    port: socket.address().port,
    async close() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
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
