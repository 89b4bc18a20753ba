import type { RemoteInfo, Socket } from 'node:dgram';
import type { Logger } from '@wharf/agent';
import type { Responder } from './responder.ts';

/** Replies that wait in this process because the kernel takes no more; beyond that they are dropped, as networks do. */
export const MAX_SEND_QUEUE_OCTETS = 4 * 1_024 * 1_024;

export interface UdpReplyOptions {
  readonly respond: Responder;
  readonly log: Logger;
  /** Told of every reply that was not sent. */
  readonly onDropped: () => void;
}

/** Sends a reply, now or when the kernel takes more; `address` is an IP address, with its zone when it needs one. */
export type ReplySender = (reply: Buffer, port: number, address: string) => void;

export function createReplySender(socket: Socket, { log, onDropped }: Omit<UdpReplyOptions, 'respond'>): ReplySender {
  return (reply, port, address) => {
    if (socket.getSendQueueSize() > MAX_SEND_QUEUE_OCTETS) {
      onDropped();
      return;
    }
    socket.send(reply, port, address, (error) => {
      if (error === null) return;
      onDropped();
      log.debug({ error: error.message, address }, 'a reply could not be sent');
    });
  };
}

/** Answers a datagram that `dgram` delivered. */
export function answerDatagram(
  query: Buffer,
  { address, port }: Pick<RemoteInfo, 'address' | 'port'>,
  respond: Responder,
  send: ReplySender,
): void {
  // A forged datagram: there is no port 0 to answer to.
  if (port === 0) return;
  const reply = respond(query, 'udp');
  if (reply !== undefined) send(reply, port, address);
}
