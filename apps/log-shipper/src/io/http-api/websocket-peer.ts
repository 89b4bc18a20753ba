import type { Clock } from '@wharf/agent';
import type { WebSocket } from 'ws';
import { untilWritten, type ViewerPeer } from './viewer-peer.ts';

/** A peer that has neither answered one ping when the next one is due, nor taken anything meanwhile, is dead. */
const PING_MS = 20_000;
/** RFC 6455, section 7.4.1: an endpoint is going away. */
const GOING_AWAY = 1001;

/** A viewer that gets each message as a text message of a websocket. What it says itself is not looked at. */
export function createWebSocketPeer(socket: WebSocket, address: string, clock: Clock): ViewerPeer {
  const gone = new AbortController();
  let isAlive = true;
  let cancelPing = (): void => undefined;
  const ping = (): void => {
    if (!isAlive) {
      socket.terminate();
      return;
    }
    isAlive = false;
    socket.ping();
    cancelPing = clock.schedule(PING_MS, ping);
  };
  const alive = (): void => {
    isAlive = true;
  };
  cancelPing = clock.schedule(PING_MS, ping);
  socket.on('pong', alive);
  // Pongs for a peer that pings and does not read would pile up.
  socket.on('ping', (data) => {
    if (socket.bufferedAmount === 0) socket.pong(data);
  });
  socket.on('error', () => socket.terminate());
  socket.once('close', () => {
    cancelPing();
    gone.abort();
  });

  return {
    address,
    gone: gone.signal,
    async send(messages) {
      await untilWritten(gone.signal, (onWritten) => {
        const last = messages.length - 1;
        for (const [index, message] of messages.entries()) {
          socket.send(message.subarray(0, -1), { binary: false }, index === last ? onWritten : undefined);
        }
      });
      alive();
    },
    end: () => socket.close(GOING_AWAY),
    destroy: () => socket.terminate(),
  };
}
