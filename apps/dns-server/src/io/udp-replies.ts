import type { RemoteInfo, Socket } from 'node:dgram';
import type { Logger } from '@wharf/agent';
import { isLocalClient } from '../upstream/local-client.ts';
import { askResponders } from './ask-responders.ts';
import type { Client, Responders } from './responder.ts';

/** Replies that wait in this process because the kernel takes no more; beyond that they are dropped, as networks do. */
const MAX_SEND_QUEUE_OCTETS = 4 * 1_024 * 1_024;

export interface UdpReplyOptions extends Responders {
  readonly log: Logger;
  /** Told of every reply that was not sent. */
  readonly onDropped: () => void;
}

/** Sends replies over a socket, one by one. */
export interface ReplySender {
  /** Sends a copy, now or when the kernel takes more; `address` is an IP address, with its zone when it needs one. */
  send(reply: Buffer, port: number, address: string): void;
  /** From now on nothing is sent: to be called before the socket is closed. */
  stop(): void;
}

export function createReplySender(
  socket: Socket,
  { log, onDropped }: Omit<UdpReplyOptions, keyof Responders>,
): ReplySender {
  let isStopped = false;
  return {
    send(reply, port, address) {
      if (isStopped) return;
      if (socket.getSendQueueSize() > MAX_SEND_QUEUE_OCTETS) {
        onDropped();
        return;
      }
      socket.send(Buffer.from(reply), port, address, (error) => {
        if (error === null) return;
        onDropped();
        log.debug({ error: error.message, address }, 'a reply could not be sent');
      });
    },
    stop() {
      isStopped = true;
    },
  };
}

let lastAddress = '';
let wasLocal = false;

/** `isLocalClient`, which is remembered for the last address: most clients ask more than once. */
function isLocal(address: string): boolean {
  if (address !== lastAddress) wasLocal = isLocalClient(address);
  lastAddress = address;
  return wasLocal;
}

/** Answers a datagram that `dgram` delivered. */
export function answerDatagram(
  query: Buffer,
  { address, port }: Pick<RemoteInfo, 'address' | 'port'>,
  responders: Responders,
  replies: ReplySender,
): void {
  // A forged datagram: there is no port 0 to answer to.
  if (port === 0) return;
  const client: Client = { transport: 'udp', address: () => address, isLocal: () => isLocal(address) };
  const reply = askResponders(responders, query, client);
  if (reply instanceof Promise) void reply.then((later) => later && replies.send(later, port, address));
  else if (reply !== undefined) replies.send(reply, port, address);
}
