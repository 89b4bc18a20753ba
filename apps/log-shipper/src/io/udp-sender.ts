import { createSocket } from 'node:dgram';
import type { Endpoint } from '../receivers/endpoint.ts';

/** Sends datagrams to one endpoint, which tells when nobody listens there. */
export interface UdpSender {
  readonly endpoint: Endpoint;
  /** Undefined when the kernel has sent it. An error may be about an earlier datagram; this one was not sent then. */
  send(message: Buffer): Promise<Error | undefined>;
  /** What has come back since it was asked for last: ECONNREFUSED is a receiver's host saying that the port is closed. */
  takeError(): Error | undefined;
  close(): void;
}

/**
 * The socket is connected, so that the kernel passes on what ICMP says of earlier datagrams.
 * @throws when there is no way to the endpoint
 */
export async function openUdpSender(endpoint: Endpoint): Promise<UdpSender> {
  const socket = createSocket({ type: endpoint.family === 6 ? 'udp6' : 'udp4' });
  const connected = Promise.withResolvers<void>();
  let lastError: Error | undefined;
  socket.on('error', (error) => {
    lastError = error;
    connected.reject(error);
  });
  socket.unref();
  socket.connect(endpoint.port, endpoint.address, () => connected.resolve());
  try {
    await connected.promise;
  } catch (error) {
    socket.close();
    throw error;
  }
  return {
    endpoint,
    send: (message) => new Promise((resolve) => socket.send(message, (error) => resolve(error ?? undefined))),
    takeError() {
      const error = lastError;
      lastError = undefined;
      return error;
    },
    close: () => {
      socket.close();
    },
  };
}
